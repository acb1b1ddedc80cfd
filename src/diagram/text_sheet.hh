// What the picture and its legend are drawn on and with.
#pragma once

#include <array>

#include "diagram/diagram.hh"
#include "diagram/legend.hh"
#include "diagram/text_canvas.hh"
#include "diagram/text_layout.hh"
#include "diagram/text_pens.hh"

namespace lastack::diagram {

// In the order of Stroke.
inline constexpr std::array<Ink, kStrokeCount> kInks{Ink::Client, Ink::Server, Ink::Other,
                                                     Ink::Linux};

// Refers to a style and marks, which must outlive it.
struct Sheet {
  TextCanvas canvas;
  Style const& style;
  Marks const& marks;
  MarkKinds kinds;
  PenCase const& pens;
  Signs signs;
};

[[nodiscard]] inline Sheet empty_sheet(Style const& style, Marks const& marks, int height) {
  return {.canvas = {text_layout::kWidth, height},
          .style = style,
          .marks = marks,
          .kinds = kinds_of(marks),
          .pens = style.unicode ? kUnicodePens : kAsciiPens,
          .signs = style.unicode ? kUnicodeSigns : kAsciiSigns};
}

}  // namespace lastack::diagram
