#include "app/diagram_options.hh"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "app/argument_checks.hh"
#include "app/command.hh"
#include "app/command_line.hh"
#include "app/language.hh"

namespace lastack::app {
namespace {

constexpr auto kFooter =
    "Solid, dashed, thin and dotted lines are told apart in the legend; resets, aborts and\n"
    "timeouts to CLOSED are not drawn (as in figure 5 of RFC 9293) but counted below.\n"
    "  lastack diagram --format svg > tcp.svg\n"
    "  lastack diagram --of 'dport = :443'        the way of those connections\n"
    "  lastack diagram --live 10s                 how often each edge is gone in 10 seconds\n"
    "  lastack watch --json | tee f; lastack diagram --tally f\n"
    "exit status: 0 drawn; 1 failure, or no connection matches; 2 wrong usage";

constexpr std::array<std::pair<std::string_view, diagram::Format>, 4> kFormats{{
    {"text", diagram::Format::Text},
    {"svg", diagram::Format::Svg},
    {"dot", diagram::Format::Dot},
    {"mermaid", diagram::Format::Mermaid},
}};

auto const* format_named(std::string_view name) {
  auto const* found =
      std::ranges::find(kFormats, name, [](auto const& each) { return each.first; });
  return found == kFormats.end() ? nullptr : found;
}

std::string one_of_the_formats(std::string const& text) {
  return format_named(text) != nullptr ? "" : "'" + text + "' is none of text, svg, dot, mermaid";
}

std::string one_of_the_themes(std::string const& text) {
  return text == "light" || text == "dark" ? "" : "'" + text + "' is none of light, dark";
}

struct Texts {
  std::string format = "text";
  std::string language = "auto";
  std::string theme = "light";
  std::string color = "auto";
  std::string of;
  std::string live = "10s";
  std::string tally;
};

}  // namespace

std::expected<DiagramOptions, int> parse_diagram_options(std::span<char const* const> arguments) {
  CLI::App app("the TCP state transition diagram, drawn from the table", "lastack diagram");
  Texts texts;
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--format", texts.format, "text (the default), svg, dot or mermaid")
      ->check(one_of_the_formats)
      ->type_name("FORMAT");
  app.add_option("--lang", texts.language, "en, zh or auto (the default): that of the locale")
      ->check(one_of_the_languages)
      ->type_name("LANGUAGE");
  app.add_option("--theme", texts.theme, "light (the default) or dark: svg, dot and mermaid")
      ->check(one_of_the_themes)
      ->type_name("THEME");
  app.add_option("--color", texts.color, "auto (the default), always or never: text")
      ->check(one_of_the_colors)
      ->type_name("WHEN");
  auto* of = app.add_option("--of", texts.of,
                            "highlight the way of the connections that match (docs/filter.md)")
                 ->type_name("FILTER");
  auto* live = app.add_option("--live", texts.live,
                              "count edges for that time (10s), and where sockets stand then")
                   ->expected(0, 1)
                   ->check(some_duration)
                   ->type_name("TIME");
  auto* tally = app.add_option("--tally", texts.tally,
                               "count the edges of a file that 'watch --json' wrote; - is stdin")
                    ->type_name("FILE");
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "diagram")) {
    return std::unexpected(*exit);
  }
  DiagramOptions options;
  options.format = format_named(texts.format)->second;
  options.language = read_language(texts.language);
  options.dark = texts.theme == "dark";
  options.color = read_color(texts.color);
  if (of->count() > 0) options.of = texts.of;
  if (live->count() > 0) {
    auto const ms = read_duration_ms(texts.live.empty() ? "10s" : texts.live).value_or(0);
    options.live = std::chrono::milliseconds(static_cast<std::int64_t>(ms));
  }
  if (tally->count() > 0) options.tally = texts.tally;
  if (options.live == std::chrono::milliseconds(0)) {
    complain("diagram", "--live: nothing happens in no time; 10s is usual");
    return std::unexpected(kExitUsage);
  }
  if (options.tally && (options.of || options.live)) {
    complain("diagram", "--tally counts what is in the file; --of and --live look at this machine");
    return std::unexpected(kExitUsage);
  }
  return options;
}

}  // namespace lastack::app
