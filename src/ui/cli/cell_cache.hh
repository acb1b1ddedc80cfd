// Renders cells, and remembers those that many rows share: a process's name, a state. Keeps
// at most one text per column and process; never one per row.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ui/columns/table.hh"

namespace lastack::ui {

struct Cell {
  std::string_view text;  // until the next call
  std::size_t width;      // on the screen
};

class CellCache {
 public:
  // Rows must be of the same View in all calls.
  [[nodiscard]] Cell cell(Column const& column, Row const& row);
  [[nodiscard]] std::size_t width(Column const& column, Row const& row);

 private:
  struct Kept {
    std::string text;
    std::size_t width = 0;
    bool filled = false;
  };

  Cell kept(Column const& column, Row const& row, std::uint64_t at);
  Cell rendered(Column const& column, Row const& row);

  std::vector<std::vector<Kept>> kept_{all_columns().size()};  // by column, then Cells::same
  std::string scratch_;
};

}  // namespace lastack::ui
