// The command line of `lastack diagram`.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "app/terminal.hh"
#include "diagram/diagram.hh"

namespace lastack::app {

struct DiagramOptions {
  diagram::Format format = diagram::Format::Text;
  base::Language language = base::Language::English;
  bool dark = false;
  Color color = Color::Auto;
  std::optional<std::string> of;                  // a filter
  std::optional<std::chrono::milliseconds> live;  // how long to watch
  std::optional<std::string> tally;               // a file, "-": stdin
};

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<DiagramOptions, int> parse_diagram_options(
    std::span<char const* const> arguments);

}  // namespace lastack::app
