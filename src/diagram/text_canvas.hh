// A sheet of terminal cells on which nothing is drawn over by accident.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diagram/route.hh"

namespace lastack::diagram {

enum class Ink : std::uint8_t { Plain, Client, Server, Other, Linux, Path, Here, Faint };
inline constexpr std::size_t kInkCount = 8;

// In the order of Ink: the escape sequence that begins it; "": none.
using Palette = std::span<std::string_view const, kInkCount>;

class TextCanvas {
 public:
  TextCanvas(int width, int height);

  // Writes text from `at` to the right. What is not on the sheet or already taken by something
  // else is left out and counted as a clash: the layout is wrong.
  void write(Point at, std::string_view text, Ink ink);
  // Replaces what is there: for cells where two lines cross.
  void overwrite(Point at, std::string_view glyph, Ink ink);
  void add_row();  // a blank one, below
  // Takes a row out; what is below moves up.
  void erase_row(int y);

  [[nodiscard]] int height() const { return static_cast<int>(rows_.size()); }
  [[nodiscard]] int clashes() const { return clashes_; }
  // "" where nothing is, and in the second column of a wide character.
  [[nodiscard]] std::string_view glyph(Point at) const;
  [[nodiscard]] bool is_free(Point at) const;

  // The rows, each with '\n', no blanks at the end. Without a palette: no escape sequences.
  [[nodiscard]] std::string str() const;
  [[nodiscard]] std::string str(Palette palette) const;

 private:
  struct Cell {
    std::string glyph;
    Ink ink = Ink::Plain;
    bool taken = false;
  };
  using Row = std::vector<Cell>;

  [[nodiscard]] bool holds(Point at) const;
  Cell& cell(Point at);
  void put(Point at, std::string_view glyph, Ink ink);
  [[nodiscard]] static std::string plain(Row const& row);
  [[nodiscard]] static std::string colored(Row const& row, Palette palette);

  int width_;
  std::vector<Row> rows_;
  int clashes_ = 0;
};

}  // namespace lastack::diagram
