// Values of options that several subcommands take. Each check says "" for a good value and
// anything else for what is wrong with it, as CLI11 wants it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/terminal.hh"

namespace lastack::app {

[[nodiscard]] std::string one_of_the_colors(std::string const& text);
// `text` has passed the check.
[[nodiscard]] Color read_color(std::string const& text);

// "2", "0.5"
[[nodiscard]] std::string some_seconds(std::string const& text);
[[nodiscard]] std::optional<double> read_seconds(std::string const& text);

// "10s", "500ms", "2m", "1h"; without a unit seconds.
[[nodiscard]] std::string some_duration(std::string const& text);
[[nodiscard]] std::optional<std::uint64_t> read_duration_ms(std::string const& text);

}  // namespace lastack::app
