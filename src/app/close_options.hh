// The command line of `lastack close`.
#pragma once

#include <expected>
#include <span>
#include <string>

namespace lastack::app {

struct CloseOptions {
  std::string filter;      // never empty
  bool dry_run = false;    // show only
  bool yes = false;        // do not ask
  bool all = false;        // more than one, too
  bool listeners = false;  // listeners, too
  bool force = false;      // the connection of lastack's own session, too
  bool json = false;
};

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<CloseOptions, int> parse_close_options(
    std::span<char const* const> arguments);

}  // namespace lastack::app
