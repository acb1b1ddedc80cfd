// The command line of the live screen.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "base/phrase.hh"
#include "ui/tui/settings.hh"

namespace lastack::app {

struct ScreenOptions {
  std::string filter;  // "" with has_filter: none, whatever the settings say
  bool has_filter = false;
  std::string config;  // "": the usual place
  std::string view;    // a saved one; ""
  bool reset = false;  // begin with the usual settings
  bool poll = false;
  std::optional<std::uint32_t> pace_ms;
  std::optional<ui::tui::ThemeChoice> theme;
  base::Language language = base::Language::English;
};

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<ScreenOptions, int> parse_screen_options(
    std::span<char const* const> arguments);

}  // namespace lastack::app
