// The TCP state transition diagram, drawn from the table of tcp/: RFC 9293 figure 5, its note 2,
// and what only Linux does. Pure: the same input gives the same bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/phrase.hh"
#include "tcp/edges.hh"
#include "tcp/state.hh"

namespace lastack::diagram {

enum class Format : std::uint8_t {
  Text,     // at most 100 columns; lines end in '\n'
  Svg,      // a document of its own: no scripts, nothing loaded
  Dot,      // for Graphviz
  Mermaid,  // stateDiagram-v2
};

// What is marked in the picture besides the machine itself. Nothing that is marked gets lost: edges
// that the picture does not have (resets, aborts, timeouts) are listed below it or, where the
// layout is not ours, drawn.
struct Marks {
  // For each edge of tcp::kEdges, at the same index: how often it was taken. nullopt: not counted.
  std::array<std::optional<std::uint64_t>, tcp::kEdges.size()> edge_counts{};
  // For each state: how many sockets stand there now. nullopt: not counted.
  std::array<std::optional<std::uint64_t>, tcp::kStateCount> standing{};
  // The path of one connection: the edges that it took, and the state where it is now.
  std::array<bool, tcp::kEdges.size()> on_path{};
  std::optional<tcp::State> here;
  // One line above the picture; "": none. Any bytes: it is escaped for each format, and cut where
  // it does not fit (text and SVG).
  std::string caption;
};

struct Style {
  base::Language language = base::Language::English;
  bool dark = false;    // light lines on a dark ground
  bool unicode = true;  // text: box-drawing characters; false: ASCII, as far as the language allows
  bool color = false;   // text: ANSI colours
};

[[nodiscard]] std::string draw(Format format, Style const& style, Marks const& marks);

}  // namespace lastack::diagram
