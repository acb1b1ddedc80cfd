// The characters of which the text picture is made.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "diagram/edge_label.hh"

namespace lastack::diagram {

// Where a line goes on from a cell: a mask of sides.
enum Side : unsigned { kUp = 1, kDown = 2, kLeft = 4, kRight = 8 };

struct Pen {
  std::string_view horizontal, vertical;
  std::string_view down_right, down_left, up_right, up_left;  // corners, by their two sides

  [[nodiscard]] constexpr std::string_view glyph(unsigned sides) const {
    switch (sides) {
      case kDown | kRight: return down_right;
      case kDown | kLeft: return down_left;
      case kUp | kRight: return up_right;
      case kUp | kLeft: return up_left;
      default: return (sides & (kUp | kDown)) != 0 ? vertical : horizontal;
    }
  }
};

struct PenCase {
  std::array<Pen, kStrokeCount> strokes;  // in the order of Stroke
  Pen path;                               // of one connection
  Pen box;
  std::string_view crossing;
  std::array<std::string_view, 4> heads;  // up, down, left, right
};

inline constexpr PenCase kUnicodePens{
    .strokes = {{
        {"═", "║", "╔", "╗", "╚", "╝"},
        {"━", "┃", "┏", "┓", "┗", "┛"},
        {"─", "│", "┌", "┐", "└", "┘"},
        {"┈", "┊", "╭", "╮", "╰", "╯"},
    }},
    .path = {"•", "•", "•", "•", "•", "•"},
    .box = {"─", "│", "╭", "╮", "╰", "╯"},
    .crossing = "┼",
    .heads = {"▲", "▼", "◀", "▶"},
};

inline constexpr PenCase kAsciiPens{
    .strokes = {{
        {"=", "H", "H", "H", "H", "H"},
        {"#", "#", "#", "#", "#", "#"},
        {"-", "|", "+", "+", "+", "+"},
        {".", ":", ".", ".", ":", ":"},
    }},
    .path = {"*", "*", "*", "*", "*", "*"},
    .box = {"-", "|", "+", "+", "+", "+"},
    .crossing = "+",
    .heads = {"^", "v", "<", ">"},
};

}  // namespace lastack::diagram
