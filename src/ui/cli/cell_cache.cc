#include "ui/cli/cell_cache.hh"

#include <cstdint>
#include <cstring>

#include "base/text.hh"

namespace lastack::ui {
namespace {

// Cells hold no control characters, so ASCII takes as many columns as it has bytes.
bool is_ascii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  while (text.size() >= sizeof kHighBits) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    if ((bytes & kHighBits) != 0) return false;
    text.remove_prefix(sizeof bytes);
  }
  for (auto const c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

std::size_t width_of(std::string_view text) {
  return is_ascii(text) ? text.size() : base::display_width(text);
}

}  // namespace

Cell CellCache::rendered(Column const& column, Row const& row) {
  scratch_.clear();
  column.cells->text(scratch_, row);
  return {scratch_, width_of(scratch_)};
}

Cell CellCache::kept(Column const& column, Row const& row, std::uint64_t at) {
  auto& cells = kept_[static_cast<std::size_t>(&column - all_columns().data())];
  if (at >= cells.size()) cells.resize(at + 1);
  auto& cell = cells[at];
  if (!cell.filled) {
    auto const fresh = rendered(column, row);
    cell = {std::string(fresh.text), fresh.width, true};
  }
  return {cell.text, cell.width};
}

Cell CellCache::cell(Column const& column, Row const& row) {
  auto const same = column.cells->same;
  auto const at = same == nullptr ? model::kUnknown64 : same(row);
  return at == model::kUnknown64 ? rendered(column, row) : kept(column, row, at);
}

std::size_t CellCache::width(Column const& column, Row const& row) {
  auto const quick = column.cells->width;
  auto const known = quick == nullptr ? model::kUnknown64 : quick(row);
  return known == model::kUnknown64 ? cell(column, row).width : known;
}

}  // namespace lastack::ui
