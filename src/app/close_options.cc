#include "app/close_options.hh"

#include <CLI/CLI.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/command.hh"
#include "app/command_line.hh"

namespace lastack::app {
namespace {

constexpr auto kFooter =
    "FILTER is that of 'lastack list' (docs/filter.md). What matches is shown, then you are "
    "asked.\n"
    "Each socket is looked up again under its cookie, destroyed by the kernel, and looked up once\n"
    "more: closed, already gone, changed, not permitted, not supported, failed (docs/act.md).\n"
    "Its program gets the error ECONNABORTED, its peer a RST. Needs CAP_NET_ADMIN.\n"
    "exit status: 0 all closed or gone, 1 something is not, 2 wrong usage or nobody to ask";

}  // namespace

std::expected<CloseOptions, int> parse_close_options(std::span<char const* const> arguments) {
  CLI::App app("closes the connections that match, after showing them and asking",
               "lastack close FILTER");
  CloseOptions options;
  app.allow_extras();  // the filter, see parse_list_options()
  app.add_flag("--dry-run", options.dry_run, "only show what would be closed");
  app.add_flag("-y,--yes", options.yes, "do not ask");
  app.add_flag("--all", options.all, "also where more than one socket matches");
  app.add_flag("--listeners", options.listeners, "listeners too: LISTEN, and UDP without a peer");
  app.add_flag("--force", options.force, "also the connection of the session lastack runs in");
  app.add_flag("--json", options.json, "JSON Lines, one socket an object");
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "close")) return std::unexpected(*exit);
  options.filter = fmt::format("{}", fmt::join(app.remaining(), " "));
  if (options.filter.find_first_not_of(" \t\n") == std::string::npos) {
    complain("close", "an empty filter means every socket of the machine: say which ones to close");
    return std::unexpected(kExitUsage);
  }
  return options;
}

}  // namespace lastack::app
