#include "diagram/diagram.hh"

#include "diagram/formats.hh"

namespace lastack::diagram {

std::string draw(Format format, Style const& style, Marks const& marks) {
  using Draw = std::string (*)(Style const&, Marks const&);
  constexpr std::array<Draw, 4> kDraw{draw_text, draw_svg, draw_dot, draw_mermaid};
  static_assert(kDraw.size() == static_cast<std::size_t>(Format::Mermaid) + 1);
  return kDraw.at(static_cast<std::size_t>(format))(style, marks);
}

}  // namespace lastack::diagram
