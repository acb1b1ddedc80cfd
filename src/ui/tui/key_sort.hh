// Sorting rows by their keys: a radix sort, which for some hundred thousand keys takes a third of
// the time that comparing them does.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ui/tui/row_order.hh"

namespace lastack::ui::tui {

// `keys` by slot. Rows with equal keys are left in the order they had.
void sort_by_keys(std::vector<Slot>& slots, std::span<RowOrder::Key const> keys);

}  // namespace lastack::ui::tui
