#include <fmt/format.h>

#include <iterator>

#include "diagram/escape.hh"
#include "diagram/formats.hh"
#include "diagram/svg_layout.hh"
#include "diagram/svg_scene.hh"
#include "diagram/theme.hh"
#include "diagram/words.hh"

namespace lastack::diagram {
namespace {

constexpr int kCorner = 10;  // radius of a bend
constexpr int kHead = 9;     // length of an arrow head

struct Look {
  std::string_view name;  // of the arrow head
  double width;
  std::string_view dashes;  // attributes
};

// In the order of Stroke.
constexpr std::array<Look, kStrokeCount> kLooks{{
    {"client", 2.6, ""},
    {"server", 2.6, R"( stroke-dasharray="9 4")"},
    {"other", 1.3, ""},
    {"linux", 1.7, R"( stroke-dasharray="0.1 4.5" stroke-linecap="round")"},
}};
constexpr std::string_view kPathName = "path";
constexpr double kPathWidth = 3.4;
constexpr double kGlowWidth = 11;

std::string_view color_of(Theme const& theme, Tone tone) {
  switch (tone) {
    case Tone::Path: return theme.path;
    case Tone::Text: return theme.text;
    case Tone::Muted: return theme.muted;
    default: return theme.strokes.at(static_cast<std::size_t>(tone));
  }
}

// ---- lines ------------------------------------------------------------------------------------

// `distance` pixels from `from` towards `to`.
Point towards(Point from, Point to, int distance) {
  auto const sign = [](int difference) { return (difference > 0) - (difference < 0); };
  return {from.x + distance * sign(to.x - from.x), from.y + distance * sign(to.y - from.y)};
}

// Path data: straight lines, bends rounded, the last one short enough for the arrow head.
std::string path_data(SceneLine const& line) {
  auto const& points = line.points;
  auto const last = points.size() - 1;
  auto data = fmt::format("M{} {}", points[0].x, points[0].y);
  for (std::size_t i = 1; i < last; ++i) {
    auto const before = towards(points[i], points[i - 1], kCorner);
    auto const after = towards(points[i], points[i + 1], kCorner);
    data += fmt::format("L{} {}Q{} {} {} {}", before.x, before.y, points[i].x, points[i].y, after.x,
                        after.y);
  }
  auto const end = towards(points[last], points[last - 1], line.head ? kHead : 0);
  return data + fmt::format("L{} {}", end.x, end.y);
}

void append_heads(std::string& out, Theme const& theme) {
  auto const append = [&](std::string_view name, std::string_view color) {
    fmt::format_to(std::back_inserter(out),
                   R"(<marker id="{0}-{1}" viewBox="0 0 10 10" refX="1" refY="5" markerWidth="10" )"
                   R"(markerHeight="10" markerUnits="userSpaceOnUse" orient="auto">)"
                   R"(<path d="M0 0.5L10 5L0 9.5z" fill="{2}"/></marker>)"
                   "\n",
                   name, theme.name, color);
  };
  out += "<defs>\n";
  for (std::size_t i = 0; i < kStrokeCount; ++i) append(kLooks.at(i).name, theme.strokes.at(i));
  append(kPathName, theme.path);
  out += "</defs>\n";
}

void append_line(std::string& out, Theme const& theme, SceneLine const& line) {
  auto const& look = kLooks.at(static_cast<std::size_t>(line.stroke));
  auto const data = path_data(line);
  auto const into = std::back_inserter(out);
  if (line.on_path) {
    fmt::format_to(into,
                   R"(<path d="{}" stroke="{}" stroke-width="{}" stroke-opacity="0.25"/>)"
                   "\n",
                   data, theme.path, kGlowWidth);
  }
  fmt::format_to(
      into,
      R"svg(<path d="{}" stroke="{}" stroke-width="{}"{}{} marker-end="url(#{}-{})"/>)svg"
      "\n",
      data, line.on_path ? theme.path : theme.strokes.at(static_cast<std::size_t>(line.stroke)),
      line.on_path ? kPathWidth : look.width, look.dashes, line.faint ? R"( opacity="0.45")" : "",
      line.on_path ? kPathName : look.name, theme.name);
}

// ---- boxes and texts --------------------------------------------------------------------------

struct BoxLook {
  int radius;
  std::string_view fill, line;  // "": none
  double width;
};

BoxLook look_of(SceneBox const& box, Theme const& theme) {
  switch (box.kind) {
    case BoxKind::Group: return {14, theme.group, "", 0};
    case BoxKind::Here: return {9, theme.here, theme.path, 3};
    case BoxKind::Badge: return {7, theme.ground, box.framed ? color_of(theme, box.tone) : "", 1};
    default: return {9, theme.state, theme.state_line, 1.6};
  }
}

void append_box(std::string& out, Theme const& theme, SceneBox const& box) {
  auto const look = look_of(box, theme);
  auto const& area = box.area;
  auto const into = std::back_inserter(out);
  fmt::format_to(into, R"(<rect x="{}" y="{}" width="{}" height="{}" rx="{}" fill="{}")", area.x,
                 area.y, area.width, area.height, look.radius, look.fill);
  if (!look.line.empty()) {
    fmt::format_to(into, R"( stroke="{}" stroke-width="{}"{})", look.line, look.width,
                   box.faint ? R"( stroke-opacity="0.45")" : "");
  }
  out += "/>\n";
}

void append_text(std::string& out, Theme const& theme, SceneText const& text) {
  constexpr std::array<std::string_view, 3> kAnchors{
      "", R"( text-anchor="middle")", R"( text-anchor="end")"};  // in the order of Align
  fmt::format_to(
      std::back_inserter(out),
      R"(<text x="{}" y="{}" font-size="{}"{}{} fill="{}"{}>{}</text>)"
      "\n",
      text.at.x, text.at.y, text.size, kAnchors.at(static_cast<std::size_t>(text.at.align)),
      text.weight == Weight::Bold ? R"( font-weight="600")" : "", color_of(theme, text.tone),
      text.faint ? R"( opacity="0.6")" : "", for_xml(text.text));
}

// ---- the document -----------------------------------------------------------------------------

void append_start(std::string& out, Style const& style, Marks const& marks, Scene const& scene) {
  auto const language = style.language;
  auto const height = scene.height - scene.top;
  auto title = std::string(kTitle.in(language));
  if (!marks.caption.empty()) title.append(kColon.in(language)).append(marks.caption);
  fmt::format_to(std::back_inserter(out),
                 R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {0} {1} {2}" width="{1}" )"
                 R"(height="{2}" role="img" lang="{3}">)"
                 "\n<title>{4}</title>\n<desc>{5}</desc>\n",
                 scene.top, svg_layout::kWidth, height,
                 language == base::Language::Chinese ? "zh-CN" : "en", for_xml(title),
                 for_xml(kDescription.in(language)));
}

}  // namespace

std::string draw_svg(Style const& style, Marks const& marks) {
  auto const& theme = theme_of(style.dark);
  auto const scene = arrange_svg(style, marks);
  std::string out;
  append_start(out, style, marks, scene);
  append_heads(out, theme);
  fmt::format_to(std::back_inserter(out),
                 R"(<rect x="0" y="{}" width="{}" height="{}" fill="{}"/>)"
                 "\n",
                 scene.top, svg_layout::kWidth, scene.height - scene.top, theme.ground);
  for (auto const& box : scene.boxes) append_box(out, theme, box);
  out += "<g fill=\"none\">\n";
  for (auto const& line : scene.lines) append_line(out, theme, line);
  out += "</g>\n";
  for (auto const& badge : scene.badges) append_box(out, theme, badge);
  fmt::format_to(std::back_inserter(out), "<g font-family=\"{}\">\n", kFonts);
  for (auto const& text : scene.texts) append_text(out, theme, text);
  return out + "</g>\n</svg>\n";
}

}  // namespace lastack::diagram
