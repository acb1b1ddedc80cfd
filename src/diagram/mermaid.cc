// Mermaid: the same states, edges and labels; the layout is Mermaid's. Its state diagrams have one
// kind of line, so that what it is stands in words behind the label. A label may hold neither ':'
// nor ';'.
#include <fmt/format.h>

#include <iterator>

#include "diagram/escape.hh"
#include "diagram/formats.hh"
#include "diagram/legend.hh"
#include "diagram/theme.hh"
#include "diagram/words.hh"

namespace lastack::diagram {
namespace {

constexpr std::string_view kPathSign = "● ";

void append_start(std::string& out, Style const& style, Marks const& marks) {
  auto const title = marks.caption.empty() ? std::string(kTitle.in(style.language))
                                           : for_mermaid_title(marks.caption);
  fmt::format_to(std::back_inserter(out),
                 "---\ntitle: \"{}\"\nconfig:\n  theme: {}\n---\nstateDiagram-v2\n", title,
                 style.dark ? "dark" : "default");
}

void append_state(std::string& out, Marks const& marks, tcp::State state) {
  auto label = std::string(tcp::name(state));
  auto const standing = marks.standing.at(static_cast<std::size_t>(state));
  if (standing) label += fmt::format(" ({})", count_text(*standing));
  fmt::format_to(std::back_inserter(out), "  state \"{}\" as {}\n", label, tcp::name(state));
}

std::string kind_text(tcp::Edge const& edge, base::Language language) {
  auto const stroke = stroke_of(edge);
  if (stroke == Stroke::Other) return {};
  return fmt::format(" ({})", kStrokeNames.at(static_cast<std::size_t>(stroke)).in(language));
}

void append_edge(std::string& out, Style const& style, Marks const& marks, tcp::Edge const& edge) {
  auto const index = index_of(edge);
  auto label = label_line(edge, style.language) + kind_text(edge, style.language);
  if (auto const count = marks.edge_counts.at(index)) {
    label += fmt::format(" ×{}", count_text(*count));
  }
  fmt::format_to(std::back_inserter(out), "  {} --> {} : {}{}\n", tcp::name(edge.from),
                 tcp::name(edge.to), marks.on_path.at(index) ? kPathSign : "", label);
}

void append_legend(std::string& out, Style const& style, MarkKinds kinds) {
  auto const language = style.language;
  fmt::format_to(std::back_inserter(out), "  note right of {}\n    {}\n    {}\n",
                 tcp::name(tcp::Closed), kOnAnEdge.in(language),
                 not_drawn_line(language, kUnicodeSigns));
  if (kinds.path) {
    fmt::format_to(std::back_inserter(out), "    {}{}\n", kPathSign, kOnPath.in(language));
  }
  out += "  end note\n";
}

// A class for the states on the path, and one for where it is now.
void append_classes(std::string& out, Style const& style, Marks const& marks) {
  auto const& theme = theme_of(style.dark);
  auto const into = std::back_inserter(out);
  fmt::format_to(into, "  classDef path stroke:{},stroke-width:3px\n", theme.path);
  fmt::format_to(into, "  classDef here fill:{},stroke:{},color:{}\n", theme.here, theme.path,
                 theme.text);
  tcp::StateSet on_path;
  for (auto const& edge : tcp::kEdges) {
    if (marks.on_path.at(index_of(edge))) on_path = on_path | edge.from | edge.to;
  }
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
    auto const state = tcp::state_at(i);
    if (marks.here == state) {
      fmt::format_to(into, "  class {} here\n", tcp::name(state));
    } else if (on_path.has(state)) {
      fmt::format_to(into, "  class {} path\n", tcp::name(state));
    }
  }
}

}  // namespace

std::string draw_mermaid(Style const& style, Marks const& marks) {
  auto const kinds = kinds_of(marks);
  std::string out;
  append_start(out, style, marks);
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) append_state(out, marks, tcp::state_at(i));
  for (auto const& edge : tcp::kEdges) {
    if (is_drawn(edge) || is_marked(marks, edge)) append_edge(out, style, marks, edge);
  }
  append_legend(out, style, kinds);
  if (kinds.path || kinds.here) append_classes(out, style, marks);
  return out;
}

}  // namespace lastack::diagram
