// A list on the screen: a header of columns, rows, a cursor that stays with its row, and scrolling.
// Every view that shows rows uses it; what the rows are is the view's affair.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ui/columns/column.hh"
#include "ui/tui/canvas.hh"
#include "ui/tui/input.hh"
#include "ui/tui/keys.hh"
#include "ui/tui/store.hh"

namespace lastack::ui::tui {

struct TableColumn {
  std::string title;
  int width = 0;  // columns; 0: as wide as what is on the screen needs
  Align align = Align::Left;
  bool sorted = false;
  bool descending = false;
  int cut_order = 0;  // 0: never narrowed for want of room; else the lowest is narrowed first
};

// Where the rows come from. `at` counts from 0 in the order shown.
class RowSource {
 public:
  RowSource() = default;
  RowSource(RowSource const&) = delete;
  RowSource& operator=(RowSource const&) = delete;
  virtual ~RowSource() = default;

  [[nodiscard]] virtual std::size_t count() const = 0;
  // Names the row as long as it is there.
  [[nodiscard]] virtual std::uint64_t id(std::size_t at) const = 0;
  [[nodiscard]] virtual std::optional<std::size_t> find(std::uint64_t id) const = 0;
  // Appends the cell's text (printable) and may set its style's ink.
  virtual void cell(std::size_t at, std::size_t column, std::string& out, Style& style) const = 0;
  // The mark at the left edge and the row's ground.
  [[nodiscard]] virtual Mark mark(std::size_t at) const = 0;
  [[nodiscard]] virtual bool tagged(std::size_t at) const = 0;
  // Something is wrong with it: marked by '!' in that colour.
  [[nodiscard]] virtual std::optional<Ink> flag(std::size_t at) const {
    (void)at;
    return std::nullopt;
  }
};

class Table {
 public:
  void set_columns(std::vector<TableColumn> columns);
  [[nodiscard]] std::vector<TableColumn> const& columns() const { return columns_; }

  // To be called when rows may have moved: keeps the cursor on its row, and that row on its line
  // of the screen; where the row is gone, the cursor stays on the line.
  void settle(RowSource const& rows);

  // Header in the first line of `area`, rows below. `needle`: what search looks for, shaded where
  // it occurs (case aside); "" none.
  void draw(Canvas& canvas, Rect const& area, RowSource const& rows, std::string_view needle = {});

  // Movement: Up, Down, PageUp, PageDown, First, Last, ScrollLeft, ScrollRight. False: not one.
  bool act(Action action, RowSource const& rows);

  [[nodiscard]] std::optional<std::size_t> cursor(RowSource const& rows) const;
  void move_to(std::size_t at, RowSource const& rows);

  // What is at that point of the screen as last drawn.
  struct Hit {
    enum class Kind : std::uint8_t { Nothing, Header, Row } kind = Kind::Nothing;
    std::size_t index = 0;  // column or row
  };
  [[nodiscard]] Hit hit(int x, int y) const;
  // The rows on the screen as last drawn: [first, last).
  [[nodiscard]] std::pair<std::size_t, std::size_t> visible() const;

  // The next row at or after (before) the cursor of which a cell contains `needle`, case aside;
  // wraps around. False: there is none.
  bool search(std::string_view needle, bool backwards, bool include_current, RowSource const& rows);

 private:
  [[nodiscard]] std::size_t height() const;  // rows that fit
  [[nodiscard]] Rect cells() const;          // what is drawn on, without marks
  [[nodiscard]] int needed_width() const;
  void keep_inside(RowSource const& rows);
  void measure(RowSource const& rows, std::size_t last);
  void narrow(int room);
  void draw_header(Canvas& canvas);
  void draw_row(Canvas& canvas, RowSource const& rows, std::size_t at, std::string_view needle);
  void put_cell(Canvas& canvas, int x, int y, int width, std::string const& text, Style style,
                Align align) const;
  static void shade_matches(Canvas& canvas, Rect const& line, std::string_view needle);
  // Calls visit(column, x, width) for each, scrolled.
  template <typename Visit>
  void for_each_column(Visit const& visit) const {
    int x = drawn_.x + 2 - left_;
    for (std::size_t column = 0; column < drawn_widths_.size(); ++column) {
      visit(column, x, drawn_widths_[column]);
      x += drawn_widths_[column] + 1;
    }
  }

  std::vector<TableColumn> columns_;
  std::vector<int> grown_;  // as wide as anything that was on the screen
  std::vector<int> drawn_widths_;
  std::optional<std::uint64_t> cursor_id_;
  std::size_t cursor_at_ = 0;
  std::size_t top_ = 0;
  std::pair<std::size_t, std::size_t> visible_{0, 0};  // as last drawn
  int left_ = 0;
  Rect drawn_;
};

}  // namespace lastack::ui::tui
