// The line that says what is shown, how, and what is missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "ui/tui/view.hh"

namespace lastack::ui::tui {

struct Status {
  std::string filter;  // as typed; any bytes
  bool paused = false;
  std::size_t matching = 0;
  std::size_t total = 0;
  std::size_t tagged = 0;
  Grouping grouping = Grouping::None;
  std::string message;  // takes the place of the filter for a while; any bytes
  bool is_error = false;
};

void draw_status_bar(Canvas& canvas, Rect const& area, Status const& status, Frame const& frame);

}  // namespace lastack::ui::tui
