// The command line of `lastack kill`.
#pragma once

#include <chrono>
#include <csignal>
#include <expected>
#include <optional>
#include <span>
#include <string>

namespace lastack::app {

struct KillOptions {
  std::string filter;  // never empty
  int signal = SIGTERM;
  bool signal_chosen = false;
  std::optional<std::chrono::milliseconds> kill_after;  // then SIGKILL
  bool dry_run = false;                                 // show only
  bool yes = false;                                     // do not ask
  bool all = false;                                     // more than one process, too
  bool force = false;                                   // the session lastack runs in, too
  bool json = false;
};

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<KillOptions, int> parse_kill_options(
    std::span<char const* const> arguments);

}  // namespace lastack::app
