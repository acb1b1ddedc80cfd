#include "ui/tui/rows_view.hh"

#include <algorithm>
#include <span>

#include "base/text.hh"

namespace lastack::ui::tui {
namespace {

// Lines that one step of the wheel moves.
constexpr int kWheelStep = 3;
constexpr int kNarrow = 110;  // columns of which less are few

}  // namespace

void RowsView::sort_by(std::size_t column, bool descending) {
  sorted_by_ = column;
  descending_ = descending;
  sort();
  table_.settle(*this);
}

// Again by the same column: the other way round.
void RowsView::choose(std::size_t column) {
  bool const again = column == sorted_by_;
  sort_by(column, again ? !descending_ : headings()[column].largest_first);
}

void RowsView::set_columns() {
  std::vector<TableColumn> columns;
  for (auto const& heading : headings()) {
    bool const sorted = can_sort() && columns.size() == sorted_by_;
    columns.push_back({.title = std::string(heading.title.in(frame_->language)),
                       .width = heading.width,
                       .align = heading.align,
                       .sorted = sorted,
                       .descending = sorted && descending_,
                       .cut_order = heading.cut_order});
  }
  table_.set_columns(std::move(columns));
}

void RowsView::draw(Canvas& canvas, Rect const& area, Frame const& frame) {
  frame_ = &frame;
  narrow_ = area.width < kNarrow;
  set_columns();
  table_.draw(canvas, area, *this, frame.needle);
  if (count() > 0 || area.height < 2) return;
  auto const text = nothing_here().in(frame.language);
  auto const width = static_cast<int>(base::display_width(text));
  canvas.put(area.x + std::max(0, (area.width - width) / 2), area.y + area.height / 2, text,
             {.ink = Ink::Dim}, area.width);
}

bool RowsView::act(Action action, Frame const& frame) {
  frame_ = &frame;
  if (table_.act(action, *this)) {
    moved();
    return true;
  }
  if (!can_sort()) return false;
  if (action == Action::SortNextColumn) {
    auto const next = (sorted_by_ + 1) % headings().size();
    sort_by(next, headings()[next].largest_first);
    return true;
  }
  if (action != Action::SortReverse) return false;
  sort_by(sorted_by_, !descending_);
  return true;
}

bool RowsView::click(Mouse const& mouse, Frame const& frame) {
  frame_ = &frame;
  if (mouse.button == MouseButton::WheelUp || mouse.button == MouseButton::WheelDown) {
    auto const action = mouse.button == MouseButton::WheelUp ? Action::Up : Action::Down;
    for (int i = 0; i < kWheelStep; ++i) table_.act(action, *this);
    moved();
    return true;
  }
  auto const hit = table_.hit(mouse.x, mouse.y);
  if (hit.kind == Table::Hit::Kind::Row) {
    table_.move_to(hit.index, *this);
    moved();
    return true;
  }
  if (hit.kind != Table::Hit::Kind::Header || !can_sort()) return false;
  choose(hit.index);
  return true;
}

bool RowsView::search(Frame const& frame, bool backwards, bool include_current) {
  frame_ = &frame;
  bool const found = table_.search(frame.needle, backwards, include_current, *this);
  if (found) moved();
  return found;
}

}  // namespace lastack::ui::tui
