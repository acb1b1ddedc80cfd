// Work in processes of their own: what moves into a namespace for good, several at once.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hh"

namespace lastack::app {

using Work = std::function<std::string()>;

// What each of `works` has returned, in their order; nullopt: its process ended without, or was
// stopped. At most `most` run at once, begun `gap_ms` apart. `look` is called now and then with
// how many are done; false: enough, what runs is ended. The calling process must have one thread.
[[nodiscard]] base::Result<std::vector<std::optional<std::string>>> do_apart(
    std::vector<Work> const& works, std::size_t most, int gap_ms,
    std::function<bool(std::size_t done)> const& look);

}  // namespace lastack::app
