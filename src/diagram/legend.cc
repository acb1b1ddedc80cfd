#include "diagram/legend.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diagram/edge_label.hh"
#include "diagram/words.hh"

namespace lastack::diagram {
namespace {

std::string step_text(tcp::Edge const& edge, Signs signs) {
  return fmt::format("{} {} {}", tcp::name(edge.from), signs.arrow, tcp::name(edge.to));
}

}  // namespace

MarkKinds kinds_of(Marks const& marks) {
  auto const is_set = [](auto const& number) { return number.has_value(); };
  return {.counts = std::ranges::any_of(marks.edge_counts, is_set),
          .standing = std::ranges::any_of(marks.standing, is_set),
          .path = std::ranges::find(marks.on_path, true) != marks.on_path.end(),
          .here = marks.here.has_value()};
}

bool is_marked(Marks const& marks, tcp::Edge const& edge) {
  auto const index = index_of(edge);
  return marks.on_path.at(index) || marks.edge_counts.at(index).value_or(0) > 0;
}

std::string label_line(tcp::Edge const& edge, base::Language language) {
  bool const shortcut = !is_drawn(edge) && edge.to == tcp::Closed;
  return shortcut ? std::string(kShortcuts.in(language)) : label_of(edge, language).line();
}

std::string not_drawn_line(base::Language language, Signs signs) {
  auto line = fmt::format("{}{}{} {} {}", kNotDrawn.in(language), kColon.in(language),
                          kShortcuts.in(language), signs.arrow, tcp::name(tcp::Closed));
  for (auto const& edge : tcp::kEdges) {
    if (is_drawn(edge) || edge.to == tcp::Closed) continue;
    line += fmt::format("{}{}{}{}", kSemicolon.in(language), label_of(edge, language).event,
                        kColon.in(language), step_text(edge, signs));
  }
  return line;
}

std::vector<AlsoLine> also_lines(base::Language language, Marks const& marks, Signs signs) {
  std::vector<AlsoLine> lines;
  for (auto const& edge : tcp::kEdges) {
    if (is_drawn(edge) || !is_marked(marks, edge)) continue;
    auto text =
        fmt::format("{}{}{}", kAlso.in(language), kColon.in(language), step_text(edge, signs));
    auto const count = marks.edge_counts.at(index_of(edge));
    if (count) text += fmt::format(" {}{}", signs.times, count_text(*count));
    lines.push_back({std::move(text), marks.on_path.at(index_of(edge))});
  }
  return lines;
}

}  // namespace lastack::diagram
