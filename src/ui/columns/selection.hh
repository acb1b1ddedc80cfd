// What people type after --columns and --sort. A column goes by its id ("recv-q") or its
// JSON name ("recv_q"); case, '-' and '_' do not matter. Errors name the unknown column and
// near ones.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.hh"
#include "ui/columns/table.hh"

namespace lastack::ui {

// nullptr: no such column.
[[nodiscard]] Column const* find_column(std::string_view name);

// "pid,local,state": these, in this order. "+rtt,-user": the defaults with one more and one
// less. "all": every one. A column is shown once, where it was named first.
[[nodiscard]] base::Result<Columns> parse_columns(std::string_view text, Columns const& defaults);

struct SortColumn {
  Column const* column = nullptr;
  bool descending = false;
};
// "state,-recv-q": by state, then the longest queues first.
[[nodiscard]] base::Result<std::vector<SortColumn>> parse_sort(std::string_view text);

}  // namespace lastack::ui
