// How wide each column of a table is. Nothing is cut unless a terminal is too narrow; then
// columns give way in their cut_order, addresses never. Where the columns are the default ones,
// the last of them that may go are left out before a process name is cut.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "ui/columns/table.hh"

namespace lastack::ui {

inline constexpr std::size_t kColumnGap = 2;

[[nodiscard]] std::string header_of(Column const& column);  // "RECV-Q"

struct Layout {
  Columns columns;
  std::vector<std::size_t> widths;  // of each column, on the screen
  std::size_t dropped = 0;          // columns left out
};

struct Room {
  std::optional<std::size_t> width;  // of the terminal; nullopt: unlimited
  bool may_drop = false;             // the columns are the default ones
};

// `natural`: the widest cell of each column, header included.
[[nodiscard]] Layout lay_out(Columns columns, std::vector<std::size_t> natural, Room const& room);

}  // namespace lastack::ui
