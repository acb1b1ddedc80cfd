// The block at the top: how many are in each state, with a small graph each, and what happens a
// second.
#pragma once

#include "ui/tui/view.hh"

namespace lastack::ui::tui {

// Lines that it takes on a screen of that height: 0 to 4.
[[nodiscard]] int header_height(int screen_height);
// As many lines as `area` is high.
void draw_header(Canvas& canvas, Rect const& area, Frame const& frame);
// How many findings there are, and the gravest, on one line. Returns the lines that it took: none
// where nothing but notices was found.
int draw_gravest(Canvas& canvas, Rect const& area, Frame const& frame);

}  // namespace lastack::ui::tui
