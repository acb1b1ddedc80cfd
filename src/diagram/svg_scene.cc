#include "diagram/svg_scene.hh"

#include <fmt/format.h>

#include <utility>

#include "base/text.hh"
#include "diagram/legend.hh"
#include "diagram/svg_layout.hh"
#include "diagram/words.hh"

namespace lastack::diagram {
namespace {

namespace layout = svg_layout;

constexpr int kBadgeHeight = 16;
constexpr int kBadgePadding = 12;  // both sides together
constexpr int kLineHeight = 17;    // of a label on two lines
constexpr int kMiddle = 4;         // from the middle of small letters to their base line

// What the functions of this file share.
struct Drawing {
  Scene scene;
  Style const& style;
  Marks const& marks;
  MarkKinds kinds;
};

Tone tone_of(Stroke stroke) { return static_cast<Tone>(stroke); }

void add_text(Drawing& drawing, Spot at, std::string text, Tone tone = Tone::Text) {
  drawing.scene.texts.push_back(
      {.at = at, .size = layout::kLabelSize, .tone = tone, .text = std::move(text)});
}

// ---- states -----------------------------------------------------------------------------------

void add_groups(Drawing& drawing) {
  for (auto const& group : layout::kGroups) {
    drawing.scene.boxes.push_back({.area = group.area, .kind = BoxKind::Group});
    add_text(drawing, group.title, std::string(group.text.in(drawing.style.language)), Tone::Muted);
  }
}

void add_state(Drawing& drawing, tcp::State state) {
  auto const index = static_cast<std::size_t>(state);
  auto const box = layout::kBoxes.at(index);
  bool const here = drawing.marks.here == state;
  auto const standing = drawing.marks.standing.at(index);
  Spot const middle{box.x + box.width / 2, box.y + box.height / 2, Align::Center};
  Spot const name{middle.x, middle.y + (standing ? -2 : 5), Align::Center};

  drawing.scene.boxes.push_back({.area = box, .kind = here ? BoxKind::Here : BoxKind::State});
  drawing.scene.texts.push_back({.at = name,
                                 .size = layout::kNameSize,
                                 .weight = Weight::Bold,
                                 .text = std::string(tcp::name(state))});
  if (!standing) return;
  drawing.scene.texts.push_back({.at = {middle.x, middle.y + 15, Align::Center},
                                 .size = layout::kLabelSize,
                                 .tone = here ? Tone::Text : Tone::Muted,
                                 .text = count_text(*standing)});
}

// ---- edges ------------------------------------------------------------------------------------

// The text decides the width.
void add_badge(Drawing& drawing, Point middle, SceneText text, bool framed = true) {
  auto const width = text_width(text.text, layout::kCountSize) + kBadgePadding;
  drawing.scene.badges.push_back(
      {.area = {middle.x - width / 2, middle.y - kBadgeHeight / 2, width, kBadgeHeight},
       .kind = BoxKind::Badge,
       .tone = text.tone,
       .framed = framed,
       .faint = text.faint});
  text.at = {middle.x, middle.y + kMiddle, Align::Center};
  text.size = layout::kCountSize;
  drawing.scene.texts.push_back(std::move(text));
}

void add_count(Drawing& drawing, Route const& route, SceneLine const& line) {
  auto const count = drawing.marks.edge_counts.at(index_of(edge_of(route)));
  if (!count) return;
  bool const never = *count == 0;
  auto const tone = line.on_path ? Tone::Path : tone_of(line.stroke);
  add_badge(drawing, {route.count.x, route.count.y},
            {.weight = never ? Weight::Normal : Weight::Bold,
             .tone = never ? Tone::Muted : tone,
             .faint = line.faint,
             .text = fmt::format("×{}", count_text(*count))},
            !never);
}

void add_label(Drawing& drawing, Route const& route, SceneLine const& line) {
  auto const label = label_of(edge_of(route), drawing.style.language);
  SceneText text{.at = route.label,
                 .size = layout::kLabelSize,
                 .weight = line.on_path ? Weight::Bold : Weight::Normal,
                 .tone = line.on_path ? Tone::Path : tone_of(line.stroke),
                 .faint = line.faint,
                 .text = label.line()};
  if (route.lines == Lines::Two) {
    auto const [first, second] = label.two_lines();
    text.text = first;
    drawing.scene.texts.push_back(text);
    text.text = second;
    text.at.y += kLineHeight;
  }
  drawing.scene.texts.push_back(std::move(text));
}

void add_edge(Drawing& drawing, Route const& route) {
  auto const& edge = edge_of(route);
  auto const points = route.track.points();
  bool const on_path = drawing.marks.on_path.at(index_of(edge));
  SceneLine const line{.points = {points.begin(), points.end()},
                       .stroke = stroke_of(edge),
                       .on_path = on_path,
                       .faint = drawing.kinds.path && !on_path};
  add_label(drawing, route, line);
  add_count(drawing, route, line);
  drawing.scene.lines.push_back(line);
}

// ---- legend -----------------------------------------------------------------------------------

SceneLine sample(int x, int y) {
  return {.points = {{x, y - kMiddle}, {x + layout::kSampleWidth, y - kMiddle}}};
}

Spot behind_sample(int x, int y) { return {x + layout::kSampleWidth + 10, y}; }

void add_strokes(Drawing& drawing, int y) {
  auto const language = drawing.style.language;
  for (std::size_t i = 0; i < kStrokeCount; ++i) {
    auto const x = layout::kStrokeColumns.at(i);
    auto line = sample(x, y);
    line.stroke = static_cast<Stroke>(i);
    drawing.scene.lines.push_back(std::move(line));
    add_text(drawing, behind_sample(x, y), std::string(kStrokeNames.at(i).in(language)));
  }
  add_text(drawing, {layout::kEdgeTextColumn, y}, std::string(kOnAnEdge.in(language)));
}

void add_path_signs(Drawing& drawing, int y) {
  auto const language = drawing.style.language;
  if (drawing.kinds.path) {
    auto line = sample(layout::kMarkColumns[0], y);
    line.on_path = true;
    drawing.scene.lines.push_back(std::move(line));
    add_text(drawing, behind_sample(layout::kMarkColumns[0], y), std::string(kOnPath.in(language)));
  }
  if (drawing.kinds.here) {
    drawing.scene.boxes.push_back(
        {.area = {layout::kMarkColumns[1], y - 12, layout::kSampleWidth, 16},
         .kind = BoxKind::Here});
    add_text(drawing, behind_sample(layout::kMarkColumns[1], y), std::string(kHere.in(language)));
  }
}

void add_number_signs(Drawing& drawing, int y) {
  auto const language = drawing.style.language;
  if (drawing.kinds.counts) {
    add_badge(drawing, {layout::kMarkColumns[2] + layout::kSampleWidth / 2, y - kMiddle},
              {.weight = Weight::Bold, .tone = Tone::Other, .text = "×n"});
    add_text(drawing, behind_sample(layout::kMarkColumns[2], y),
             std::string(kTimesTaken.in(language)));
  }
  if (drawing.kinds.standing) {
    add_text(drawing, {layout::kMarkColumns[3], y}, std::string(kSocketsNow.in(language)));
  }
}

void add_legend(Drawing& drawing) {
  auto const language = drawing.style.language;
  auto const& kinds = drawing.kinds;
  auto y = layout::kLegendTop;
  add_strokes(drawing, y);
  if (kinds.path || kinds.here || kinds.numbers()) {
    y += layout::kLegendStep;
    add_path_signs(drawing, y);
    add_number_signs(drawing, y);
  }
  y += layout::kLegendStep;
  auto const x = layout::kStrokeColumns.front();
  add_text(drawing, {x, y}, not_drawn_line(language, kUnicodeSigns), Tone::Muted);
  for (auto const& line : also_lines(language, drawing.marks, kUnicodeSigns)) {
    y += layout::kLegendStep;
    add_text(drawing, {x, y}, line.text, line.on_path ? Tone::Path : Tone::Text);
    if (line.on_path) drawing.scene.texts.back().weight = Weight::Bold;
  }
  drawing.scene.height = y + layout::kMargin;
}

void add_caption(Drawing& drawing) {
  constexpr std::size_t kColumns = 130;  // of kCaptionSize, at most
  if (drawing.marks.caption.empty()) return;
  std::string safe;
  std::string cut;
  base::append_message(safe, drawing.marks.caption);
  base::append_cut(cut, safe, kColumns, "…");
  drawing.scene.top = -layout::kCaptionHeight;
  drawing.scene.texts.push_back({.at = {layout::kMargin, -7, Align::Left},
                                 .size = layout::kCaptionSize,
                                 .weight = Weight::Bold,
                                 .text = cut});
}

}  // namespace

int text_width(std::string_view text, int size) {
  int tenths = 0;  // of an em
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (byte < 0x80U) tenths += 6;
    if (byte >= 0xC0U) tenths += 10;  // the first byte of a character
  }
  return (tenths * size + 9) / 10;
}

Rectangle extent_of(SceneText const& text) {
  auto const width = text_width(text.text, text.size);
  auto x = text.at.x;
  if (text.at.align == Align::Center) x -= width / 2;
  if (text.at.align == Align::Right) x -= width;
  auto const ascent = text.size * 8 / 10;
  auto const descent = (text.size + 3) / 4;
  return {x, text.at.y - ascent, width, ascent + descent};
}

Scene arrange_svg(Style const& style, Marks const& marks) {
  Drawing drawing{.scene = {}, .style = style, .marks = marks, .kinds = kinds_of(marks)};
  add_caption(drawing);
  add_groups(drawing);
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) add_state(drawing, tcp::state_at(i));
  for (auto const& route : layout::kRoutes) add_edge(drawing, route);
  add_legend(drawing);
  return std::move(drawing.scene);
}

}  // namespace lastack::diagram
