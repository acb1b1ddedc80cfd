#include "app/command_line.hh"

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "app/command.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

// The long option closest to a mistyped one, "" where none is close.
std::string nearest_option(CLI::App const& app, std::string_view word) {
  std::string best;
  std::size_t best_distance = 3;
  for (auto const* option : app.get_options()) {
    for (auto const& name : option->get_lnames()) {
      auto const distance = base::edit_distance("--" + name, word);
      if (distance < best_distance) {
        best_distance = distance;
        best = "--" + name;
      }
    }
  }
  return best;
}

std::string explain(CLI::App const& app, CLI::ParseError const& error) {
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError)) return error.what();
  auto const extras = app.remaining();
  auto const word = extras.empty() ? std::string() : extras.front();
  auto message = "unknown option '" + word + "'";
  auto const nearest = nearest_option(app, word);
  if (!nearest.empty()) message += "; did you mean " + nearest + "?";
  return message;
}

}  // namespace

std::optional<int> parse_command_line(CLI::App& app, std::span<char const* const> arguments,
                                      std::string_view command) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);  // CLI11 takes them last one first
    return std::nullopt;
  } catch (CLI::Success const&) {
    (void)std::fputs(app.help().c_str(), stdout);
    return kExitOk;
  } catch (CLI::ParseError const& error) {
    auto message = explain(app, error);
    std::ranges::replace(message, '\n', ' ');
    complain(command, message + "; see 'lastack " + std::string(command) + " --help'");
    return kExitUsage;
  }
}

}  // namespace lastack::app
