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

// The first of the words left over that was meant as an option; nullptr: none.
std::string const* unknown_option(std::vector<std::string> const& remaining) {
  auto const found = std::ranges::find_if(
      remaining, [](auto const& word) { return word.size() > 1 && word.starts_with('-'); });
  return found == remaining.end() ? nullptr : &*found;
}

std::string explain_unknown(CLI::App const& app, std::string const& word) {
  auto const nearest = nearest_option(app, word);
  auto message = "unknown option '" + base::printable(word) + "'";
  return nearest.empty() ? message : message + "; did you mean " + nearest + "?";
}

int refuse(std::string_view command, std::string message) {
  std::ranges::replace(message, '\n', ' ');
  complain(command, message + "; see 'lastack " + std::string(command) + " --help'");
  return kExitUsage;
}

}  // namespace

std::optional<int> parse_command_line(CLI::App& app, std::span<char const* const> arguments,
                                      std::string_view command) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);  // CLI11 takes them last one first
  } catch (CLI::Success const&) {
    return print(app.help());
  } catch (CLI::ExtrasError const&) {
    return refuse(command, explain_unknown(app, app.remaining().front()));
  } catch (CLI::ParseError const& error) {
    return refuse(command, error.what());
  }
  auto const remaining = app.remaining();
  if (auto const* word = unknown_option(remaining)) {
    return refuse(command, explain_unknown(app, *word));
  }
  return std::nullopt;
}

}  // namespace lastack::app
