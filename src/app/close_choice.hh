// Which of the sockets that match are to be closed, and what is said of the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/close_options.hh"
#include "model/snapshot.hh"

namespace lastack::app {

struct CloseChoice {
  std::vector<std::uint32_t> rows;  // indices of endpoints
  std::size_t listeners = 0;        // of `rows`
  std::vector<std::string> spared;  // one line for each kind that is left alone
};

// `is_own_session`: the connection that lastack itself lives on.
[[nodiscard]] CloseChoice choose_to_close(
    model::Snapshot const& matching, CloseOptions const& options,
    std::function<bool(model::Endpoint const&)> const& is_own_session);

// "Close tcp …? …[y/N] "
[[nodiscard]] std::string closing_question(model::Snapshot const& snapshot,
                                           CloseChoice const& choice);

}  // namespace lastack::app
