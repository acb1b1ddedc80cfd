// The section of the details that shows tcp_info, with small graphs of the last readings.
#pragma once

#include "ui/tui/reading_log.hh"
#include "ui/tui/text_page.hh"
#include "ui/tui/view.hh"

namespace lastack::ui::tui {

// Nothing before the first reading.
void tcp_info_rows(PageWriter& page, ReadingLog const& log, Frame const& frame);

}  // namespace lastack::ui::tui
