#include "app/explain_options.hh"

#include <CLI/CLI.hpp>

#include "app/argument_checks.hh"
#include "app/command_line.hh"
#include "app/language.hh"

namespace lastack::app {
namespace {

constexpr auto kFooter =
    "WHAT is\n"
    "  nothing                     the eleven states, a line each\n"
    "  TIME_WAIT                   a state, in any spelling; several with commas or three and "
    "more\n"
    "  FIN_WAIT_1 CLOSING          an edge: what leads from the one to the other\n"
    "  :8080   'pid 1234'          the sockets of a port, or of any FILTER (docs/filter.md)\n"
    "  10.0.0.1:22-10.0.0.2:50112  a connection, both ends where both are here\n"
    "More than four sockets are grouped by what they wait for and who owns them.\n"
    "exit status: 0 explained; 1 failure, no socket matches, no such edge; 2 wrong usage";

}  // namespace

std::expected<ExplainOptions, int> parse_explain_options(std::span<char const* const> arguments) {
  CLI::App app("what a TCP state means, how an edge is gone, what a socket waits for",
               "lastack explain [WHAT]");
  ExplainOptions options;
  std::string language = "auto";
  std::string color = "auto";
  app.allow_extras();  // states or a filter, see parse_list_options()
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--lang", language, "en, zh or auto (the default): that of the locale")
      ->check(one_of_the_languages)
      ->type_name("LANGUAGE");
  app.add_flag("--json", options.json, "JSON Lines");
  app.add_flag("--each", options.each, "every socket for itself, however many match");
  app.add_option("--color", color, "auto (the default), always or never")
      ->check(one_of_the_colors)
      ->type_name("WHEN");
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "explain")) {
    return std::unexpected(*exit);
  }
  options.words = app.remaining();
  options.language = read_language(language);
  options.color = read_color(color);
  return options;
}

}  // namespace lastack::app
