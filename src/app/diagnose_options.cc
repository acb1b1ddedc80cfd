#include "app/diagnose_options.hh"

#include <CLI/CLI.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/argument_checks.hh"
#include "app/command.hh"
#include "app/command_line.hh"

namespace lastack::app {
namespace {

constexpr auto kFooter =
    "FILTER is that of list (docs/filter.md): only sockets that match are asked about.\n"
    "What each detector finds: docs/detectors.md. How to read a finding: docs/diagnose.md.\n"
    "Ctrl-C ends the watching and reports.\n"
    "exit status: 0 nothing found, 3 findings (see --fail-on), 1 failure, 2 wrong usage";

constexpr std::string_view kNever = "never";

std::string some_severity(std::string const& text) {
  if (text == kNever || model::severity_of(text)) return "";
  return "'" + text + "' is not notice, warning, critical or never";
}

std::string contradiction(DiagnoseOptions const& options) {
  constexpr auto kSee = "; see 'lastack diagnose --help'";
  if (options.list && options.learn)
    return fmt::format("--list and --learn exclude each other{}", kSee);
  if (options.learn && options.json)
    return fmt::format("--learn prints no findings for --json{}", kSee);
  if (options.learn && !(options.detectors.only.empty() && options.detectors.skip.empty())) {
    return fmt::format("--learn asks no detector for --only and --skip to choose{}", kSee);
  }
  return "";
}

}  // namespace

std::expected<DiagnoseOptions, int> parse_diagnose_options(std::span<char const* const> arguments) {
  CLI::App app("what is wrong, why, and what to do", "lastack diagnose [FILTER]");
  DiagnoseOptions options;
  std::string color = "auto";
  std::string duration = "10s";
  std::string fail_on = "warning";
  app.allow_extras();  // the filter, see parse_list_options()
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--for", duration, "watch that long (10s); 0s: only look")
      ->check(some_duration)
      ->type_name("TIME");
  app.add_flag("--json", options.json, "JSON Lines, a finding each");
  add_detector_options(app, options.detectors);
  app.add_option("--fail-on", fail_on,
                 "exit status 3 from this severity on: notice, warning (the default), critical; "
                 "or never")
      ->check(some_severity)
      ->type_name("SEVERITY");
  app.add_flag("--list", options.list, "the detectors, what they look at, and their thresholds");
  app.add_flag(
      "--learn", options.learn,
      "add the programs that talk and listen now (of FILTER) to the baseline; --for: so long");
  app.add_flag("--poll", options.poll, "compare dumps instead of watching events");
  app.add_option("--color", color, "auto (the default), always or never")
      ->check(one_of_the_colors)
      ->type_name("WHEN");
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "diagnose")) {
    return std::unexpected(*exit);
  }
  finish_choice(options.detectors);
  options.duration =
      std::chrono::milliseconds(static_cast<std::int64_t>(read_duration_ms(duration).value_or(0)));
  options.fail_on = model::severity_of(fail_on);
  options.color = read_color(color);
  options.filter = fmt::format("{}", fmt::join(app.remaining(), " "));
  if (auto const problem = contradiction(options); !problem.empty()) {
    complain("diagnose", problem);
    return std::unexpected(kExitUsage);
  }
  return options;
}

}  // namespace lastack::app
