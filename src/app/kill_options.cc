#include "app/kill_options.hh"

#include <CLI/CLI.hpp>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "act/signals.hh"
#include "app/argument_checks.hh"
#include "app/command.hh"
#include "app/command_line.hh"

namespace lastack::app {
namespace {

constexpr auto kFooter =
    "FILTER is that of 'lastack list' (docs/filter.md), of sockets: the processes that have one "
    "of\n"
    "them open are shown, with their other sockets and their children; then you are asked.\n"
    "Never: pid 1, lastack itself, kernel threads. Only with --force: what lastack was started "
    "by.\n"
    "After SIGTERM and its like lastack waits for the end, 5 s at most (docs/act.md).\n"
    "exit status: 0 all ended (or signalled), 1 something is not, 2 wrong usage or nobody to ask";

std::string a_signal(std::string const& text) {
  if (act::parse_signal(text)) return "";
  return "'" + text + "' is no signal; such are TERM, KILL, HUP, INT, 1 to " +
         std::to_string(SIGRTMAX);
}

}  // namespace

std::expected<KillOptions, int> parse_kill_options(std::span<char const* const> arguments) {
  CLI::App app("ends the processes whose sockets match, after showing them and asking",
               "lastack kill FILTER");
  KillOptions options;
  std::string signal;
  app.allow_extras();  // the filter, see parse_list_options()
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("-s,--signal", signal, "by name or number (TERM)")
      ->check(a_signal)
      ->type_name("SIGNAL");
  app.add_option_function<std::string>(
         "--kill-after",
         [&options](std::string const& text) {
           options.kill_after = std::chrono::milliseconds(
               static_cast<std::int64_t>(read_seconds(text).value_or(0) * 1000));
         },
         "SIGKILL for what still runs then")
      ->check(some_seconds)
      ->type_name("SECONDS");
  app.add_flag("--dry-run", options.dry_run, "only show what would be ended");
  app.add_flag("-y,--yes", options.yes, "do not ask");
  app.add_flag("--all", options.all, "also where more than one process has such a socket");
  app.add_flag("--force", options.force, "also the session, shell or sudo that lastack runs in");
  app.add_flag("--json", options.json, "JSON Lines, one process an object");
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "kill")) return std::unexpected(*exit);
  options.filter = fmt::format("{}", fmt::join(app.remaining(), " "));
  if (options.filter.find_first_not_of(" \t\n") == std::string::npos) {
    complain("kill",
             "an empty filter means every process that has a socket: say whose sockets you mean");
    return std::unexpected(kExitUsage);
  }
  options.signal_chosen = !signal.empty();
  if (options.signal_chosen) options.signal = act::parse_signal(signal).value_or(SIGTERM);
  return options;
}

}  // namespace lastack::app
