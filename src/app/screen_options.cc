#include "app/screen_options.hh"

#include <CLI/CLI.hpp>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/argument_checks.hh"
#include "app/command_line.hh"
#include "app/language.hh"

namespace lastack::app {
namespace {

using ui::tui::ThemeChoice;

constexpr auto kFooter =
    "'lastack' alone on a terminal is the same. ? in the screen shows its keys; docs/screen.md\n"
    "says more. FILTER is that of list (docs/filter.md).\n"
    "exit status: 0 done, 1 failure, 2 wrong usage";

constexpr std::array kThemes{
    std::pair{"auto", ThemeChoice::Auto}, std::pair{"dark", ThemeChoice::Dark},
    std::pair{"light", ThemeChoice::Light}, std::pair{"mono", ThemeChoice::Mono}};

std::optional<ThemeChoice> theme_named(std::string const& text) {
  for (auto const& [word, theme] : kThemes) {
    if (text == word) return theme;
  }
  return std::nullopt;
}

std::string one_of_the_themes(std::string const& text) {
  return theme_named(text) ? "" : "'" + text + "' is none of auto, dark, light, mono";
}

std::string some_pace(std::string const& text) {
  auto const pace = read_duration_ms(text);
  bool const good =
      pace &&
      (*pace == 0 || (*pace >= ui::tui::kFastestPaceMs && *pace <= ui::tui::kSlowestPaceMs));
  return good ? "" : "'" + text + "' is no time from 100ms to 10s, nor 0 for only on demand";
}

}  // namespace

std::expected<ScreenOptions, int> parse_screen_options(std::span<char const* const> arguments) {
  CLI::App app("the live screen: every endpoint, as it comes, changes and goes",
               "lastack screen [FILTER]");
  ScreenOptions options;
  std::string language = "auto";
  std::string pace;
  std::string theme;
  app.allow_extras();
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--pace", pace, "time between two looks: 100ms to 10s; 0: only on demand (1s)")
      ->check(some_pace)
      ->type_name("TIME");
  app.add_option("--view", options.view, "begin with the view saved under that name")
      ->type_name("NAME");
  app.add_option("--config", options.config,
                 "settings file, instead of $XDG_CONFIG_HOME/lastack/config.toml")
      ->type_name("FILE");
  app.add_flag("--reset", options.reset, "forget the settings, begin with the usual ones");
  app.add_flag("--poll", options.poll, "compare dumps instead of watching events");
  app.add_option("--theme", theme, "auto, dark, light or mono")
      ->check(one_of_the_themes)
      ->type_name("THEME");
  app.add_option("--lang", language, "en, zh or auto (the default): that of the locale")
      ->check(one_of_the_languages)
      ->type_name("LANGUAGE");
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "screen")) {
    return std::unexpected(*exit);
  }
  auto const words = app.remaining();
  options.has_filter = !words.empty();
  options.filter = fmt::format("{}", fmt::join(words, " "));
  options.language = read_language(language);
  if (!theme.empty()) options.theme = theme_named(theme);
  if (!pace.empty()) {
    options.pace_ms = static_cast<std::uint32_t>(read_duration_ms(pace).value_or(0));
  }
  return options;
}

}  // namespace lastack::app
