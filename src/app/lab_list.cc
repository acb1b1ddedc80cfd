#include "app/lab_list.hh"

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/command.hh"
#include "app/command_line.hh"
#include "app/language.hh"
#include "lab/scenario/library.hh"
#include "lab/scenario/parser.hh"

namespace lastack::app {

int run_lab_list(std::span<char const* const> arguments) {
  CLI::App app("the scenarios that come with lastack", "lastack lab list");
  std::string language = "auto";
  app.add_option("--lang", language, "en, zh or auto (the default): that of the locale")
      ->check(one_of_the_languages)
      ->type_name("LANG");
  app.footer("'lastack lab run NAME' plays one");
  if (auto const exit = parse_command_line(app, arguments, "lab list")) return *exit;
  std::size_t widest = 0;
  for (auto const& each : lab::library()) widest = std::max(widest, each.name.size());
  std::string text;
  for (auto const& [name, file] : lab::library()) {
    auto const scenario = lab::parse_scenario(name, file);
    if (!scenario) {
      complain("lab list", scenario.error().message);
      return kExitFailure;
    }
    text += fmt::format("{:<{}}  {}\n", name, widest, scenario->title.in(read_language(language)));
  }
  return print(text);
}

}  // namespace lastack::app
