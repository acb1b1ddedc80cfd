// Names for the addresses and ports of one snapshot, looked up before anything is printed.
#pragma once

#include <cstddef>
#include <string>

#include "app/list_options.hh"
#include "model/snapshot.hh"
#include "ui/columns/column.hh"

namespace lastack::app {

struct Names {
  bool with_hosts = false;
  bool with_services = false;
  ui::HostNames hosts;
  ui::ServiceNames services;
  std::size_t unanswered = 0;  // addresses for which the time limit came first
  std::string problem;         // why hosts could not be resolved at all; ""

  [[nodiscard]] ui::Naming view() const {
    return {.hosts = with_hosts ? &hosts : nullptr,
            .services = with_services ? &services : nullptr};
  }
};

// Asks only for what the options want.
[[nodiscard]] Names names_for(model::Snapshot const& snapshot, ListOptions const& options);

}  // namespace lastack::app
