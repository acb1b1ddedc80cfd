// Orders of endpoints: index vectors into Snapshot::endpoints, so that a million of them
// costs 4 bytes each, and 16 more while sorting.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ui/columns/selection.hh"

namespace lastack::ui {

using Rows = std::vector<std::uint32_t>;

[[nodiscard]] Rows all_rows(model::Snapshot const& snapshot);

// By process name (case aside), pid, state (LISTEN first), protocol, local port, remote
// address and port. Endpoints without an owner come last, grouped by the reason.
void sort_by_default(model::Snapshot const& snapshot, Rows& rows);

// By these columns; equal rows stay in the order they had. Unknown values come last, even
// in descending order.
void sort_by_columns(View const& view, std::span<SortColumn const> columns, Rows& rows);

}  // namespace lastack::ui
