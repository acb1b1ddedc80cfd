// Graphviz: the same states, edges and labels; the layout is Graphviz's.
#include <fmt/format.h>

#include <iterator>

#include "diagram/escape.hh"
#include "diagram/formats.hh"
#include "diagram/legend.hh"
#include "diagram/theme.hh"
#include "diagram/words.hh"

namespace lastack::diagram {
namespace {

// In the order of Stroke: attributes of an edge. A heavier one pulls straighter.
constexpr std::array<std::string_view, kStrokeCount> kLooks{
    "style=solid, penwidth=2.4, weight=4", "style=dashed, penwidth=2.4, weight=4",
    "style=solid, penwidth=1", "style=dotted, penwidth=1.6"};

// States side by side.
constexpr std::string_view kRanks =
    "  { rank=source; CLOSED }\n"
    "  { rank=same; SYN_RECEIVED; SYN_SENT }\n"
    "  { rank=same; FIN_WAIT_1; CLOSING; CLOSE_WAIT }\n"
    "  { rank=same; FIN_WAIT_2; TIME_WAIT; LAST_ACK }\n";

void append_start(std::string& out, Style const& style, Marks const& marks) {
  auto const& theme = theme_of(style.dark);
  auto const language = style.language;
  auto caption = for_dot(marks.caption);
  if (!caption.empty()) caption += "\\n\\n";
  auto below = std::string();
  for (std::size_t i = 0; i < kStrokeCount; ++i) {
    constexpr std::array<base::Phrase, kStrokeCount> kLines{
        {{"bold", "粗线"}, {"dashed", "虚线"}, {"thin", "细线"}, {"dotted", "点线"}}};
    below += fmt::format("{}{}{}    ", kLines.at(i).in(language), kColon.in(language),
                         kStrokeNames.at(i).in(language));
  }
  fmt::format_to(
      std::back_inserter(out),
      "digraph tcp {{\n"
      "  graph [label=\"{}{}{}\\n{}\", labelloc=b, bgcolor=\"{}\", fontcolor=\"{}\", "
      "fontname=\"sans-serif\", fontsize=12, nodesep=0.7, ranksep=0.7]\n"
      "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=13, "
      "fontcolor=\"{}\", color=\"{}\", fillcolor=\"{}\"]\n"
      "  edge [fontname=\"sans-serif\", fontsize=11]\n",
      caption, below, kOnAnEdge.in(language), not_drawn_line(language, kUnicodeSigns), theme.ground,
      theme.text, theme.text, theme.state_line, theme.state);
}

void append_state(std::string& out, Style const& style, Marks const& marks, tcp::State state) {
  auto const& theme = theme_of(style.dark);
  auto label = std::string(tcp::name(state));
  auto const standing = marks.standing.at(static_cast<std::size_t>(state));
  if (standing) label += "\\n" + count_text(*standing);
  auto const look =
      marks.here == state
          ? fmt::format(", fillcolor=\"{}\", color=\"{}\", penwidth=3", theme.here, theme.path)
          : "";
  fmt::format_to(std::back_inserter(out), "  {} [label=\"{}\"{}]\n", tcp::name(state), label, look);
}

void append_edge(std::string& out, Style const& style, Marks const& marks, tcp::Edge const& edge) {
  auto const& theme = theme_of(style.dark);
  auto const stroke = static_cast<std::size_t>(stroke_of(edge));
  auto const count = marks.edge_counts.at(index_of(edge));
  bool const on_path = marks.on_path.at(index_of(edge));
  auto const color = on_path ? theme.path : theme.strokes.at(stroke);
  auto label = label_line(edge, style.language);
  if (count) label += fmt::format("\\n×{}", count_text(*count));
  fmt::format_to(std::back_inserter(out),
                 "  {} -> {} [label=\"{}\", {}, color=\"{}\", fontcolor=\"{}\"{}]\n",
                 tcp::name(edge.from), tcp::name(edge.to), label, kLooks.at(stroke), color, color,
                 on_path ? ", penwidth=4" : "");
}

}  // namespace

std::string draw_dot(Style const& style, Marks const& marks) {
  std::string out;
  append_start(out, style, marks);
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
    append_state(out, style, marks, tcp::state_at(i));
  }
  out += kRanks;
  for (auto const& edge : tcp::kEdges) {
    if (is_drawn(edge) || is_marked(marks, edge)) append_edge(out, style, marks, edge);
  }
  return out + "}\n";
}

}  // namespace lastack::diagram
