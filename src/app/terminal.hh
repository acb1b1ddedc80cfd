// What kind of place stdout is.
#pragma once

#include <cstddef>
#include <optional>

namespace lastack::app {

enum class Color : unsigned char { Auto, Always, Never };

[[nodiscard]] bool stdout_is_terminal();
// Columns of the terminal; nullopt: stdout is none.
[[nodiscard]] std::optional<std::size_t> terminal_width();
[[nodiscard]] std::optional<std::size_t> terminal_height();
// It can be drawn over (TERM is not "dumb").
[[nodiscard]] bool moves_cursor();
// Auto: on a terminal, unless NO_COLOR is set (https://no-color.org).
[[nodiscard]] bool wants_color(Color color);
// The locale's characters are UTF-8.
[[nodiscard]] bool speaks_utf8();

}  // namespace lastack::app
