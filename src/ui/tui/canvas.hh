// A screen as a grid of cells: what views draw on. Knows nothing of terminals; tests print it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ui/tui/style.hh"

namespace lastack::ui::tui {

struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;

  [[nodiscard]] bool contains(int at_x, int at_y) const {
    return at_x >= x && at_x < x + width && at_y >= y && at_y < y + height;
  }
  bool operator==(Rect const&) const = default;
};

struct Glyph {
  std::array<char, 15> bytes{};  // one character with its combining marks, UTF-8
  std::uint8_t size = 0;         // bytes used; 0: blank, or the right half of a wide character
  std::uint8_t width = 1;        // columns: 1, 2, or 0 for that right half
  Style style;

  bool operator==(Glyph const&) const = default;
  [[nodiscard]] std::string_view text() const { return {bytes.data(), size}; }
};

class Canvas {
 public:
  Canvas(int width, int height);

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] Rect whole() const { return {0, 0, width_, height_}; }
  // (x, y) must be inside.
  [[nodiscard]] Glyph const& at(int x, int y) const;

  // Writes `text` from (x, y) on, at most `room` columns and never beyond the right edge; a wide
  // character that does not fit whole is a blank. `text` must be printable (base::printable()).
  // Returns the columns written. What lies outside is not written.
  int put(int x, int y, std::string_view text, Style style, int room = 1 << 20);
  // The same, cut at both sides of `area` (where a line is scrolled sideways); half of a wide
  // character is a blank.
  void put_within(Rect const& area, int x, int y, std::string_view text, Style style);
  // The same as put(), right-aligned in `room` columns.
  void put_right(int x, int y, std::string_view text, Style style, int room);
  // Blanks in that style.
  void fill(Rect const& area, Style style);
  // Changes the background (and bold) of what is there; inks stay.
  void shade(Rect const& area, Ground ground, bool bold = false);

  // Lines without trailing blanks, each with '\n': for tests and for plain copies.
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(x);
  }
  int put_between(int begin, int end, int x, int y, std::string_view text, Style style);
  Glyph& set(int x, int y, std::string_view bytes, int width, Style style);

  int width_;
  int height_;
  std::vector<Glyph> cells_;
};

}  // namespace lastack::ui::tui
