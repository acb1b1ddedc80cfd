// One function a format; callers outside this room use draw().
#pragma once

#include <string>

#include "diagram/diagram.hh"

namespace lastack::diagram {

[[nodiscard]] std::string draw_text(Style const& style, Marks const& marks);
[[nodiscard]] std::string draw_svg(Style const& style, Marks const& marks);
[[nodiscard]] std::string draw_dot(Style const& style, Marks const& marks);
[[nodiscard]] std::string draw_mermaid(Style const& style, Marks const& marks);

}  // namespace lastack::diagram
