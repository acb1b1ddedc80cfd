// What `lastack lab run` has played, in the format that was asked for.
#pragma once

#include <optional>
#include <string>

#include "app/lab_performance.hh"
#include "app/lab_run_options.hh"
#include "base/error.hh"

namespace lastack::app {

struct Played {
  Performance lab;
  lab::StageTraits traits;              // of both
  std::optional<Performance> kernel{};  // where the running kernel played a host
  lab::PartId kernel_part = 0;          // this one
  std::string kernel_release{};         // "6.18.44"
  bool stopped = false;                 // before its story was over

  [[nodiscard]] lab::Story const& shown() const { return kernel ? kernel->story : lab.story; }
};

// "reading linux, seed 1", "Linux 6.18.44 plays server, ...".
[[nodiscard]] std::string who_played(lab::Scenario const& scenario, Played const& played,
                                     base::Language language);

[[nodiscard]] base::Result<std::string> formatted(lab::Scenario const& scenario,
                                                  Played const& played,
                                                  LabRunOptions const& options);

}  // namespace lastack::app
