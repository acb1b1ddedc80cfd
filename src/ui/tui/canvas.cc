#include "ui/tui/canvas.hh"

#include <utf8proc.h>

#include <algorithm>
#include <cstring>

namespace lastack::ui::tui {
namespace {

struct Character {
  std::size_t bytes = 1;
  int width = 1;
};

// The next code point of `text`, which is not empty.
Character next(std::string_view text) {
  if (static_cast<unsigned char>(text.front()) < 0x80) return {};
  utf8proc_int32_t value = -1;
  auto const used = utf8proc_iterate(reinterpret_cast<utf8proc_uint8_t const*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (used <= 0) return {};
  return {static_cast<std::size_t>(used), utf8proc_charwidth(value)};
}

}  // namespace

Canvas::Canvas(int width, int height)
    : width_(std::max(width, 0)),
      height_(std::max(height, 0)),
      cells_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_)) {}

Glyph const& Canvas::at(int x, int y) const { return cells_[index(x, y)]; }

int Canvas::put(int x, int y, std::string_view text, Style style, int room) {
  return put_between(0, std::min(width_, x + std::clamp(room, 0, width_ - std::min(x, width_))), x,
                     y, text, style);
}

void Canvas::put_within(Rect const& area, int x, int y, std::string_view text, Style style) {
  if (y < area.y || y >= area.y + area.height) return;
  put_between(std::max(area.x, 0), std::min(area.x + area.width, width_), x, y, text, style);
}

// Only the columns from `begin` up to `end` are written.
int Canvas::put_between(int begin, int end, int x, int y, std::string_view text, Style style) {
  int const from = x;
  bool const on_screen = y >= 0 && y < height_;
  Glyph* last = nullptr;
  while (!text.empty()) {
    auto const character = next(text);
    auto const bytes = text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
    if (character.width == 0) {  // combines with the one before
      if (last != nullptr && last->size + bytes.size() <= last->bytes.size()) {
        std::ranges::copy(bytes, last->bytes.begin() + last->size);
        last->size = static_cast<std::uint8_t>(last->size + bytes.size());
      }
      continue;
    }
    if (x + character.width > end) {
      if (x < end && x >= begin && on_screen) set(x++, y, {}, 1, style);
      break;
    }
    if (on_screen && x >= begin) {
      last = &set(x, y, bytes, character.width, style);
      if (character.width == 2) set(x + 1, y, {}, 0, style);
    } else if (on_screen && x + character.width > begin) {
      set(begin, y, {}, 1, style);
    }
    x += character.width;
  }
  return x - from;
}

// Of a wide character that loses one half, the other becomes a blank.
Glyph& Canvas::set(int x, int y, std::string_view bytes, int width, Style style) {
  auto& glyph = cells_[index(x, y)];
  auto const blank = [](Glyph& half) {
    half = Glyph{.bytes = {}, .size = 0, .width = 1, .style = half.style};
  };
  if (glyph.width == 2 && x + 1 < width_) blank(cells_[index(x + 1, y)]);
  if (glyph.width == 0 && width != 0 && x > 0) blank(cells_[index(x - 1, y)]);
  glyph = Glyph{};
  std::ranges::copy(bytes, glyph.bytes.begin());
  glyph.size = static_cast<std::uint8_t>(bytes.size());
  glyph.width = static_cast<std::uint8_t>(width);
  glyph.style = style;
  return glyph;
}

void Canvas::put_right(int x, int y, std::string_view text, Style style, int room) {
  int width = 0;
  for (auto rest = text; !rest.empty();) {
    auto const character = next(rest);
    width += character.width;
    rest.remove_prefix(character.bytes);
  }
  int const pad = std::max(0, room - width);
  put(x + pad, y, text, style, room - pad);
}

void Canvas::fill(Rect const& area, Style style) {
  for (int y = std::max(area.y, 0); y < std::min(area.y + area.height, height_); ++y) {
    for (int x = std::max(area.x, 0); x < std::min(area.x + area.width, width_); ++x) {
      set(x, y, {}, 1, style);
    }
  }
}

void Canvas::shade(Rect const& area, Ground ground, bool bold) {
  for (int y = std::max(area.y, 0); y < std::min(area.y + area.height, height_); ++y) {
    for (int x = std::max(area.x, 0); x < std::min(area.x + area.width, width_); ++x) {
      auto& style = cells_[index(x, y)].style;
      style.ground = ground;
      style.bold = style.bold || bold;
    }
  }
}

std::string Canvas::text() const {
  std::string out;
  for (int y = 0; y < height_; ++y) {
    std::string line;
    for (int x = 0; x < width_; ++x) {
      auto const& glyph = at(x, y);
      if (glyph.width == 0) continue;
      if (glyph.size == 0) {
        line += ' ';
      } else {
        line += glyph.text();
      }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace lastack::ui::tui
