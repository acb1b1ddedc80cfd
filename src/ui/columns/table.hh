// The one table of columns.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ui/columns/column.hh"

namespace lastack::ui {

using Columns = std::vector<Column const*>;

// In the order of `--columns all`: the default view first.
[[nodiscard]] std::span<Column const> all_columns();
[[nodiscard]] Column const& column(std::string_view id);  // of the table, or it is a bug

// The default view of a table and of CSV.
[[nodiscard]] Columns default_columns();
// The default view says which namespace where `rows` (indices of endpoints) are of several.
void add_namespace_if_several(Columns& columns, model::Snapshot const& snapshot,
                              std::span<std::uint32_t const> rows);
// The default of JSON Lines: all there are. Programs pick what they want; people choose.
[[nodiscard]] Columns default_json_columns();

// What has to be collected for these columns.
[[nodiscard]] model::Facts needs_of(std::span<Column const* const> columns);

}  // namespace lastack::ui
