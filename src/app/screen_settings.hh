// The settings of the live screen as a TOML file, by default under $XDG_CONFIG_HOME.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hh"
#include "ui/tui/settings.hh"

namespace lastack::app {

struct ReadSettings {
  ui::tui::Settings settings;         // the usual value of whatever is wrong or not there
  std::vector<std::string> problems;  // one line each: what is wrong, and what is accepted
};

// "" where neither XDG_CONFIG_HOME nor HOME says where.
[[nodiscard]] std::string settings_path();

[[nodiscard]] ReadSettings parse_settings(std::string_view text);
[[nodiscard]] std::string settings_text(ui::tui::Settings const& settings);

// A file that is not there is as good as an empty one. Error: it cannot be read, or is no TOML.
[[nodiscard]] base::Result<ReadSettings> read_settings(std::string const& path);
// Whole or not at all: into a file beside it, which then takes its place. Makes its folder.
[[nodiscard]] base::Result<void> write_settings(std::string const& path,
                                                ui::tui::Settings const& settings);

}  // namespace lastack::app
