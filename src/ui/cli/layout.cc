#include "ui/cli/layout.hh"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace lastack::ui {
namespace {

// A name cut shorter than this says nothing.
constexpr std::size_t kShortestCut = 7;

std::size_t shortest(Column const& column, std::size_t natural) {
  if (column.cut_order == 0) return natural;
  return std::min(natural, std::max(column.id.size(), kShortestCut));
}

// Before a process is called "(accep…" other columns go: a comm has at most 15 characters.
constexpr std::size_t kWholeName = 16;

std::size_t shortest_while_dropping(Column const& column, std::size_t natural) {
  auto const least = column.may_drop ? shortest(column, natural) : kWholeName;
  return column.cut_order == 0 ? natural : std::min(natural, least);
}

std::size_t total(std::vector<std::size_t> const& widths) {
  auto const gaps = widths.empty() ? 0 : (widths.size() - 1) * kColumnGap;
  return std::accumulate(widths.begin(), widths.end(), gaps);
}

bool needs_dropping(Layout const& layout, std::size_t width) {
  std::vector<std::size_t> least;
  least.reserve(layout.columns.size());
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    least.push_back(shortest_while_dropping(*layout.columns[i], layout.widths[i]));
  }
  return total(least) > width;
}

// The columns that may be cut, the first to be cut first.
std::vector<std::size_t> cutting_order(Columns const& columns) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i]->cut_order > 0) order.push_back(i);
  }
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return columns[i]->cut_order; });
  return order;
}

void cut_to(std::size_t width, Layout& layout) {
  auto excess = total(layout.widths);
  if (excess <= width) return;
  excess -= width;
  for (auto const i : cutting_order(layout.columns)) {
    auto& own = layout.widths[i];
    auto const cut = std::min(excess, own - shortest(*layout.columns[i], own));
    own -= cut;
    excess -= cut;
  }
}

// The widths with all that may go gone, and all that may be cut cut.
std::vector<std::size_t> narrowest(Layout const& layout, Room const& room) {
  std::vector<std::size_t> widths;
  widths.reserve(layout.columns.size());
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    if (room.may_drop && layout.columns[i]->may_drop) continue;
    widths.push_back(shortest(*layout.columns[i], layout.widths[i]));
  }
  return widths;
}

// Leaves out the last column that may go; false: there is none.
bool drop_one(Layout& layout) {
  for (auto i = layout.columns.size(); i-- > 0;) {
    if (!layout.columns[i]->may_drop) continue;
    auto const at = static_cast<std::ptrdiff_t>(i);
    layout.columns.erase(layout.columns.begin() + at);
    layout.widths.erase(layout.widths.begin() + at);
    ++layout.dropped;
    return true;
  }
  return false;
}

}  // namespace

std::string header_of(Column const& column) {
  std::string header(column.id);
  std::ranges::transform(header, header.begin(), [](char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return header;
}

Layout lay_out(Columns columns, std::vector<std::size_t> natural, Room const& room) {
  Layout layout{std::move(columns), std::move(natural)};
  if (!room.width) return layout;
  if (total(narrowest(layout, room)) > *room.width) return layout;  // the lines will wrap anyway
  while (room.may_drop && needs_dropping(layout, *room.width) && drop_one(layout)) {
  }
  cut_to(*room.width, layout);
  return layout;
}

}  // namespace lastack::ui
