// The picture as cells, before it becomes text: what the tests look at.
#pragma once

#include "diagram/diagram.hh"
#include "diagram/text_canvas.hh"

namespace lastack::diagram {

// Boxes, edges, labels and numbers with all rows of the layout.
[[nodiscard]] TextCanvas arrange_text(Style const& style, Marks const& marks);
// What stands below them.
[[nodiscard]] TextCanvas arrange_legend(Style const& style, Marks const& marks);

}  // namespace lastack::diagram
