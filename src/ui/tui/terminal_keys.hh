// Keys as curses numbers them.
#pragma once

#include "ui/tui/input.hh"

namespace lastack::ui::tui {

// 0: a key that lastack has no name for.
[[nodiscard]] Key key_of_curses(int code);
// Of a character that is none of curses' keys.
[[nodiscard]] Key key_of_character(unsigned character);

}  // namespace lastack::ui::tui
