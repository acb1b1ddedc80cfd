// The colours of SVG, dot and Mermaid on a light and on a dark ground. Blue and orange differ for
// the colour-blind, too; besides, the lines differ in how they are drawn.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "diagram/edge_label.hh"

namespace lastack::diagram {

// Of all SVG. Whatever a machine has comes first.
inline constexpr std::string_view kFonts =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', "
    "'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";

struct Theme {
  std::string_view name;
  std::string_view ground;
  std::string_view text, muted;
  std::string_view state, state_line, group;
  std::array<std::string_view, kStrokeCount> strokes;  // in the order of Stroke
  std::string_view path, here;                         // one connection, and the state where it is
};

inline constexpr Theme kLight{
    .name = "light",
    .ground = "#ffffff",
    .text = "#1f2328",
    .muted = "#656d76",
    .state = "#ffffff",
    .state_line = "#57606a",
    .group = "#f3f5f8",
    .strokes = {"#0757b5", "#b34700", "#656d76", "#7a4fc0"},
    .path = "#c2185b",
    .here = "#fbdce8",
};

inline constexpr Theme kDark{
    .name = "dark",
    .ground = "#0d1117",
    .text = "#e6edf3",
    .muted = "#9198a1",
    .state = "#1b222c",
    .state_line = "#7d8590",
    .group = "#141a22",
    .strokes = {"#6cb6ff", "#f0a055", "#9198a1", "#bc9cf5"},
    .path = "#ff5c9a",
    .here = "#4a1a31",
};

[[nodiscard]] constexpr Theme const& theme_of(bool dark) { return dark ? kDark : kLight; }

}  // namespace lastack::diagram
