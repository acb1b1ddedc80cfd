// The few files that belong to lastack: settings, the baseline.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hh"

namespace lastack::app {

// $XDG_CONFIG_HOME/lastack/NAME, or below HOME; "" where neither says where, or HOME may not be
// entered.
[[nodiscard]] std::string config_path(std::string_view name);
// The same of $XDG_STATE_HOME.
[[nodiscard]] std::string state_path(std::string_view name);

// nullopt: there is no such file. Error: it cannot be read.
[[nodiscard]] base::Result<std::optional<std::string>> read_own_file(std::string const& path);
// Whole or not at all: into a file beside it, which then takes its place. Makes its folder. A
// device is refused; a link is followed.
[[nodiscard]] base::Result<void> write_own_file(std::string const& path, std::string_view text);

}  // namespace lastack::app
