// The command line of `lastack explain`.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "app/terminal.hh"
#include "base/phrase.hh"

namespace lastack::app {

struct ExplainOptions {
  std::vector<std::string> words;  // states, an edge or a filter
  base::Language language = base::Language::English;
  Color color = Color::Auto;
  bool json = false;
  bool each = false;  // every socket for itself, however many there are
};

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<ExplainOptions, int> parse_explain_options(
    std::span<char const* const> arguments);

}  // namespace lastack::app
