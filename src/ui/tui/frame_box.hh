// The ground and border that all dialogs stand in.
#pragma once

#include <string_view>

#include "ui/tui/canvas.hh"

namespace lastack::ui::tui {

// Popup ground, a border along the edge of `area` with `title` (printable) in its top line. Returns
// what is inside the border; an area too small for one has nothing inside.
Rect draw_box(Canvas& canvas, Rect area, std::string_view title, bool unicode);

// Of that size where the canvas has room for it, in its middle.
[[nodiscard]] Rect centred(Canvas const& canvas, int width, int height);

// Says at the right border of a box what part of a list is shown; nothing where all of it is.
// `inner` is what draw_box() returned, `top` the first of `shown` lines of `count`.
void draw_scroll_bar(Canvas& canvas, Rect const& inner, std::size_t top, std::size_t shown,
                     std::size_t count, bool unicode);

}  // namespace lastack::ui::tui
