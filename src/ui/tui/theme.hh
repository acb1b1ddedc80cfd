// From meanings to a terminal's colours and attributes. The only place that names colours.
#pragma once

#include <cstdint>

#include "ui/tui/style.hh"

namespace lastack::ui::tui {

enum class Depth : std::uint8_t { Mono, Eight, Sixteen, Many };  // Many: 256 or more

// Colours by their number on the terminal; -1: its default.
struct Look {
  short ink = -1;
  short ground = -1;
  bool bold = false;
  bool underline = false;
  bool dim = false;
  bool reverse = false;

  bool operator==(Look const&) const = default;
};

// `light`: the terminal's background is.
[[nodiscard]] Look look_of(Style const& style, Depth depth, bool light);

// What a terminal of so many colours can do. `wanted`: false for NO_COLOR.
[[nodiscard]] Depth depth_of(int colors, bool wanted);

}  // namespace lastack::ui::tui
