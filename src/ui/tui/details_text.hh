// The page of details as lines.
#pragma once

#include <vector>

#include "ui/tui/details.hh"

namespace lastack::ui::tui {

// `slot`: its row; kNoSlot where there is none any more.
[[nodiscard]] std::vector<PageLine> details_page(DetailsFacts const& facts, Slot slot, int width,
                                                 Frame const& frame);

}  // namespace lastack::ui::tui
