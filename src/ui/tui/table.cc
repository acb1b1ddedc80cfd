#include "ui/tui/table.hh"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/text.hh"

namespace lastack::ui::tui {
namespace {

constexpr int kMarkWidth = 2;  // the mark and a blank
constexpr int kNarrowest = 6;  // of a column that gives way

Ground ground_of(Mark mark) {
  switch (mark) {
    case Mark::New: return Ground::New;
    case Mark::Changed: return Ground::Changed;
    case Mark::Gone: return Ground::Gone;
    case Mark::None: break;
  }
  return Ground::Plain;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Where `needle` stands in `text`, ASCII case aside.
std::size_t find_ignoring_case(std::string_view text, std::string_view needle, std::size_t from) {
  auto const found =
      std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), needle.begin(),
                  needle.end(), [](char a, char b) { return lower(a) == lower(b); });
  return found == text.end() ? std::string_view::npos
                             : static_cast<std::size_t>(found - text.begin());
}

bool contains(std::string_view text, std::string_view needle) {
  return find_ignoring_case(text, needle, 0) != std::string_view::npos;
}

int width_of(std::string_view text) { return static_cast<int>(base::display_width(text)); }

// With the arrow of the order.
int title_width(TableColumn const& column) {
  return width_of(column.title) + (column.sorted ? 2 : 0);
}

// What stands before a row: the user's own tag, what has just happened, what is wrong.
std::pair<char, Ink> sign_of(RowSource const& rows, std::size_t at) {
  if (rows.tagged(at)) return {'*', Ink::Plain};
  auto const mark = rows.mark(at);
  if (mark != Mark::None) return {glyph_of(mark), Ink::Plain};
  auto const flag = rows.flag(at);
  return flag ? std::pair('!', *flag) : std::pair(' ', Ink::Plain);
}

}  // namespace

void Table::set_columns(std::vector<TableColumn> columns) {
  bool const same =
      std::ranges::equal(columns, columns_, {}, &TableColumn::title, &TableColumn::title);
  columns_ = std::move(columns);
  if (same) return;  // another order of rows is no reason for widths to jump
  grown_.assign(columns_.size(), 0);
  drawn_widths_.clear();
}

void Table::settle(RowSource const& rows) {
  auto const line = cursor_at_ - std::min(top_, cursor_at_);
  auto const at = cursor_id_ ? rows.find(*cursor_id_) : std::nullopt;
  if (at) {
    cursor_at_ = *at;
    // At the top of the list nothing is scrolled away: there the row may move, not the screen.
    top_ = top_ == 0 && *at < height() ? 0 : *at - std::min(*at, line);
  }
  keep_inside(rows);
}

// Where the row is gone, the cursor stays on its line.
void Table::keep_inside(RowSource const& rows) {
  auto const count = rows.count();
  if (count == 0) {
    cursor_id_.reset();
    cursor_at_ = top_ = 0;
    return;
  }
  cursor_at_ = std::min(cursor_at_, count - 1);
  auto const shown = std::max<std::size_t>(height(), 1);
  top_ = std::min(top_, count > shown ? count - shown : 0);
  top_ = std::min(top_, cursor_at_);
  if (cursor_at_ >= top_ + shown) top_ = cursor_at_ - shown + 1;
  cursor_id_ = rows.id(cursor_at_);
}

std::size_t Table::height() const {
  return drawn_.height > 1 ? static_cast<std::size_t>(drawn_.height - 1) : 1;
}

Rect Table::cells() const {
  return {drawn_.x + kMarkWidth, drawn_.y, std::max(drawn_.width - kMarkWidth, 0), drawn_.height};
}

std::optional<std::size_t> Table::cursor(RowSource const& rows) const {
  if (rows.count() == 0) return std::nullopt;
  return std::min(cursor_at_, rows.count() - 1);
}

void Table::move_to(std::size_t at, RowSource const& rows) {
  cursor_at_ = at;
  cursor_id_.reset();
  keep_inside(rows);
}

bool Table::act(Action action, RowSource const& rows) {
  auto const count = rows.count();
  auto const page = std::max<std::size_t>(height(), 2) - 1;
  auto const down = [&](std::size_t by) {
    move_to(count == 0 ? 0 : std::min(cursor_at_ + by, count - 1), rows);
  };
  auto const up = [&](std::size_t by) { move_to(cursor_at_ - std::min(cursor_at_, by), rows); };
  constexpr int kStep = 8;
  switch (action) {
    case Action::Up: up(1); return true;
    case Action::Down: down(1); return true;
    case Action::PageUp: up(page); return true;
    case Action::PageDown: down(page); return true;
    case Action::First: up(count); return true;
    case Action::Last: down(count); return true;
    case Action::ScrollLeft: left_ = std::max(0, left_ - kStep); return true;
    case Action::ScrollRight:
      left_ = std::min(left_ + kStep, std::max(0, needed_width() - drawn_.width));
      return true;
    default: return false;
  }
}

int Table::needed_width() const {
  return std::accumulate(drawn_widths_.begin(), drawn_widths_.end(),
                         kMarkWidth + std::max(static_cast<int>(drawn_widths_.size()) - 1, 0));
}

// What is on the screen says how wide columns are; they grow at once and never shrink, so that
// nothing jumps while it is read.
void Table::measure(RowSource const& rows, std::size_t last) {
  grown_.resize(columns_.size(), 0);
  std::string text;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    auto& grown = grown_[column];
    grown = std::max(grown, title_width(columns_[column]));
    for (auto at = top_; at < last; ++at) {
      text.clear();
      Style style;
      rows.cell(at, column, text, style);
      grown = std::max(grown, width_of(text));
    }
  }
  drawn_widths_ = grown_;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    if (columns_[column].width > 0) drawn_widths_[column] = columns_[column].width;
  }
}

void Table::narrow(int room) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].cut_order > 0) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return columns_[i].cut_order; });
  for (auto const i : order) {
    int const over = needed_width() - room;
    if (over <= 0) return;
    int const title = title_width(columns_[i]);
    int const least = std::min(drawn_widths_[i], std::max(kNarrowest, title));
    drawn_widths_[i] = std::max(least, drawn_widths_[i] - over);
  }
}

void Table::draw(Canvas& canvas, Rect const& area, RowSource const& rows, std::string_view needle) {
  drawn_ = area;
  visible_ = {top_, top_};
  if (area.height < 1 || area.width < 1) return;
  keep_inside(rows);
  auto const last = std::min(rows.count(), top_ + (area.height > 1 ? height() : 0));
  visible_ = {top_, last};
  measure(rows, last);
  narrow(area.width);
  left_ = std::min(left_, std::max(0, needed_width() - area.width));
  draw_header(canvas);
  for (auto at = top_; at < last; ++at) draw_row(canvas, rows, at, needle);
}

void Table::draw_header(Canvas& canvas) {
  Style const style{.ink = Ink::Title, .ground = Ground::Bar, .bold = true};
  canvas.fill({drawn_.x, drawn_.y, drawn_.width, 1}, style);
  for_each_column([&](std::size_t column, int x, int width) {
    auto const& head = columns_[column];
    auto title = head.title;
    if (head.sorted) title += head.descending ? " v" : " ^";
    put_cell(canvas, x, drawn_.y, width, title, style, head.align);
  });
}

void Table::draw_row(Canvas& canvas, RowSource const& rows, std::size_t at,
                     std::string_view needle) {
  int const y = drawn_.y + 1 + static_cast<int>(at - top_);
  Rect const line{drawn_.x, y, drawn_.width, 1};
  auto const mark = rows.mark(at);
  auto ground = ground_of(mark);
  if (rows.tagged(at)) ground = Ground::Tagged;
  if (at == cursor_at_) ground = Ground::Cursor;
  canvas.fill(line, {.ground = ground});
  std::string text;
  for_each_column([&](std::size_t column, int x, int width) {
    text.clear();
    Style style;
    rows.cell(at, column, text, style);
    style.ground = ground;
    put_cell(canvas, x, y, width, text, style, columns_[column].align);
    if (needle.empty()) return;
    int const from = std::max(x, cells().x);
    int const end = std::min(x + width, cells().x + cells().width);
    if (from < end) shade_matches(canvas, {from, y, end - from, 1}, needle);
  });
  auto const [sign, ink] = sign_of(rows, at);
  canvas.put(drawn_.x, y, std::string{sign}, {.ink = ink, .ground = ground, .bold = true},
             line.width);
}

// A cell that does not fit says so at its end.
void Table::put_cell(Canvas& canvas, int x, int y, int width, std::string const& text, Style style,
                     Align align) const {
  std::string cut;
  base::append_cut(cut, text, static_cast<std::size_t>(std::max(width, 0)), "~");
  if (align == Align::Right) x += std::max(width - width_of(cut), 0);
  canvas.put_within(cells(), x, y, cut, style);
}

void Table::shade_matches(Canvas& canvas, Rect const& line, std::string_view needle) {
  std::string text;
  std::vector<int> columns;  // of each byte
  for (int x = line.x; x < line.x + line.width; ++x) {
    auto const& glyph = canvas.at(x, line.y);
    if (glyph.width == 0) continue;
    auto const shown = glyph.size == 0 ? std::string_view(" ") : glyph.text();
    text += shown;
    columns.insert(columns.end(), shown.size(), x);
  }
  auto const size = needle.size();
  for (auto at = find_ignoring_case(text, needle, 0); at != std::string::npos;
       at = find_ignoring_case(text, needle, at + size)) {
    int const from = columns[at];
    int const last = columns[at + size - 1];
    int const end = last + canvas.at(last, line.y).width;
    canvas.shade({from, line.y, end - from, 1}, Ground::Match);
  }
}

Table::Hit Table::hit(int x, int y) const {
  if (!drawn_.contains(x, y)) return {};
  if (y > drawn_.y) {
    auto const at = visible_.first + static_cast<std::size_t>(y - drawn_.y - 1);
    return at < visible_.second ? Hit{Hit::Kind::Row, at} : Hit{};
  }
  if (!cells().contains(x, y)) return {};
  Hit hit;
  for_each_column([&](std::size_t column, int from, int width) {
    if (x >= from && x <= from + width) hit = {Hit::Kind::Header, column};
  });
  return hit;
}

std::pair<std::size_t, std::size_t> Table::visible() const { return visible_; }

bool Table::search(std::string_view needle, bool backwards, bool include_current,
                   RowSource const& rows) {
  auto const count = rows.count();
  if (count == 0 || needle.empty()) return false;
  std::string text;
  auto const matches = [&](std::size_t at) {
    for (std::size_t column = 0; column < columns_.size(); ++column) {
      text.clear();
      Style style;
      rows.cell(at, column, text, style);
      if (contains(text, needle)) return true;
    }
    return false;
  };
  for (std::size_t step = include_current ? 0 : 1; step <= count; ++step) {
    auto const at =
        backwards ? (cursor_at_ + count - step % count) % count : (cursor_at_ + step) % count;
    if (!matches(at)) continue;
    move_to(at, rows);
    return true;
  }
  return false;
}

}  // namespace lastack::ui::tui
