#include "diagram/text_canvas.hh"

#include <algorithm>

#include "base/text.hh"

namespace lastack::diagram {
namespace {

constexpr std::string_view kEndOfInk = "\x1b[0m";

// The first character of `text`, which is valid UTF-8 and not empty.
std::string_view first_character(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) ++size;
  return text.substr(0, size);
}

void append_line(std::string& out, std::string_view row) {
  out.append(row.substr(0, row.find_last_not_of(' ') + 1)).append("\n");
}

}  // namespace

TextCanvas::TextCanvas(int width, int height)
    : width_(width),
      rows_(static_cast<std::size_t>(height), Row(static_cast<std::size_t>(width))) {}

bool TextCanvas::holds(Point at) const {
  return at.x >= 0 && at.x < width_ && at.y >= 0 && at.y < height();
}

TextCanvas::Cell& TextCanvas::cell(Point at) {
  return rows_.at(static_cast<std::size_t>(at.y)).at(static_cast<std::size_t>(at.x));
}

std::string_view TextCanvas::glyph(Point at) const {
  if (!holds(at)) return {};
  return rows_[static_cast<std::size_t>(at.y)][static_cast<std::size_t>(at.x)].glyph;
}

bool TextCanvas::is_free(Point at) const {
  return holds(at) && !rows_[static_cast<std::size_t>(at.y)][static_cast<std::size_t>(at.x)].taken;
}

void TextCanvas::put(Point at, std::string_view glyph, Ink ink) {
  if (!is_free(at)) {
    ++clashes_;
    return;
  }
  cell(at) = {std::string(glyph), ink, true};
}

void TextCanvas::write(Point at, std::string_view text, Ink ink) {
  while (!text.empty()) {
    auto const character = first_character(text);
    auto const columns = static_cast<int>(base::display_width(character));
    put(at, character, ink);
    for (int i = 1; i < columns; ++i) put({at.x + i, at.y}, "", ink);
    at.x += columns;
    text.remove_prefix(character.size());
  }
}

void TextCanvas::overwrite(Point at, std::string_view glyph, Ink ink) {
  cell(at) = {std::string(glyph), ink, true};
}

void TextCanvas::add_row() { rows_.emplace_back(static_cast<std::size_t>(width_)); }

void TextCanvas::erase_row(int y) { rows_.erase(rows_.begin() + y); }

std::string TextCanvas::plain(Row const& row) {
  std::string out;
  for (auto const& cell : row) out += cell.taken ? cell.glyph : " ";
  return out;
}

std::string TextCanvas::colored(Row const& row, Palette palette) {
  std::string out;
  auto now = Ink::Plain;
  auto const change_to = [&](Ink ink) {
    if (ink == now) return;
    if (now != Ink::Plain) out += kEndOfInk;
    out += palette[static_cast<std::size_t>(ink)];
    now = ink;
  };
  for (auto const& cell : row) {
    change_to(cell.taken ? cell.ink : Ink::Plain);
    out += cell.taken ? cell.glyph : " ";
  }
  change_to(Ink::Plain);
  return out;
}

std::string TextCanvas::str() const {
  std::string out;
  for (auto const& row : rows_) append_line(out, plain(row));
  return out;
}

std::string TextCanvas::str(Palette palette) const {
  std::string out;
  for (auto const& row : rows_) append_line(out, colored(row, palette));
  return out;
}

}  // namespace lastack::diagram
