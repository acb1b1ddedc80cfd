#include "ui/lab/ladder_svg.hh"

#include <array>
#include <cmath>
#include <iterator>
#include <numbers>

#include <fmt/format.h>

#include "base/text.hh"
#include "diagram/escape.hh"
#include "diagram/theme.hh"
#include "ui/lab/ladder_scene.hh"
#include "ui/lab/ladder_text.hh"
#include "ui/lab/ladder_words.hh"

namespace lastack::ui {
namespace {

using base::Language;
using base::Phrase;
using diagram::for_xml;
using diagram::Theme;

constexpr std::string_view kMono =
    "ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', 'Noto Sans "
    "CJK SC', 'PingFang SC', 'Microsoft YaHei', monospace";

// Down from the top.
constexpr int kTitle = 44;
constexpr int kCaption = 66;
constexpr int kLesson = 94;
constexpr int kLessonRow = 19;
constexpr int kHostBox = 44;
constexpr int kHostWidth = 132;
constexpr int kFoot = 64;

constexpr int kLabelStart = 40;  // of an arrow's label, from where it is sent
constexpr int kBarLetter = 7;    // height of a letter along a bar

// ---- colours -----------------------------------------------------------------------------------

constexpr std::string_view class_of(LadderTone tone) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"text", "muted", "waiting", "opening", "open", "closing", "reset"});
  return kNames.at(static_cast<std::size_t>(tone));
}

// Everything is drawn in currentColor, so that a class is all there is to change.
std::string colors(Theme const& theme) {
  auto const stroke = [&](diagram::Stroke each) {
    return theme.strokes.at(static_cast<std::size_t>(each));
  };
  using diagram::Stroke;
  return fmt::format(
      ".ground{{color:{}}}.group{{color:{}}}.box{{color:{}}}.edge{{color:{}}}.text{{color:{}}}"
      ".muted{{color:{}}}.waiting{{color:{}}}.opening{{color:{}}}.open{{color:{}}}"
      ".closing{{color:{}}}.reset{{color:{}}}",
      theme.ground, theme.group, theme.state, theme.state_line, theme.text, theme.muted,
      stroke(Stroke::Other), stroke(Stroke::Server), stroke(Stroke::Client), stroke(Stroke::Linux),
      theme.path);
}

void append_style(std::string& out) {
  // Attributes of their own kind have the lowest priority: rules for shapes would win.
  fmt::format_to(std::back_inserter(out),
                 "<style>\n{}\n@media (prefers-color-scheme:dark){{{}}}\n"
                 "text{{fill:currentColor}}.call,.label,.time{{font-family:{}}}\n"
                 ".halo{{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}}\n</style>\n",
                 colors(diagram::kLight), colors(diagram::kDark), kMono);
}

// ---- parts -------------------------------------------------------------------------------------

void append_rail(std::string& out, LadderScene const& scene, SceneRail const& rail) {
  auto const into = std::back_inserter(out);
  fmt::format_to(into,
                 R"(<path class="edge" d="M{} {}V{}" stroke="currentColor" stroke-width="1.4"/>)"
                 "\n",
                 rail.x, scene.top, scene.bottom);
  auto const width =
      std::max(kHostWidth, static_cast<int>(base::display_width(rail.name)) * 9 + 24);
  fmt::format_to(into,
                 R"(<rect class="edge" x="{0}" y="{1}" width="{2}" height="{3}" rx="9" )"
                 R"(fill="none" stroke="currentColor" stroke-width="3"/>)"
                 R"(<rect class="box" x="{0}" y="{1}" width="{2}" height="{3}" rx="9" )"
                 R"(fill="currentColor"/>)"
                 "\n",
                 rail.x - width / 2, scene.top - kHostBox, width, kHostBox);
  fmt::format_to(into,
                 R"(<text class="text" x="{0}" y="{1}" text-anchor="middle" font-size="14" )"
                 R"(font-weight="600">{2}</text>)"
                 R"(<text class="muted time" x="{0}" y="{3}" text-anchor="middle" )"
                 R"(font-size="11">{4}</text>)"
                 "\n",
                 rail.x, scene.top - kHostBox + 19, for_xml(rail.name), scene.top - 10,
                 for_xml(rail.address));
}

void append_bar(std::string& out, SceneBar const& bar) {
  auto const into = std::back_inserter(out);
  auto const height = bar.bottom - bar.top;
  fmt::format_to(into,
                 R"(<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="4" )"
                 R"(fill="currentColor"><title>{}</title></rect>)"
                 "\n",
                 class_of(tone_of(bar.state)), bar.x - kSceneBar / 2, bar.top, kSceneBar,
                 std::max(height - 2, 4), tcp::name(bar.state));
  auto const name = tcp::name(bar.state);
  if (static_cast<int>(name.size()) * kBarLetter + 8 > height) return;
  fmt::format_to(into,
                 R"(<text class="ground" font-size="9.5" font-weight="600" text-anchor="middle" )"
                 R"svg(transform="translate({} {})rotate(-90)">{}</text>)svg"
                 "\n",
                 bar.x + 3.5, bar.top + height / 2, name);
}

struct Direction {
  double x, y, degrees;
};
Direction direction_of(SceneArrow const& arrow) {
  auto const x = static_cast<double>(arrow.x2 - arrow.x1);
  auto const y = static_cast<double>(arrow.y2 - arrow.y1);
  auto const length = std::max(std::hypot(x, y), 1.0);
  return {x / length, y / length, std::atan2(y, x) * 180 / std::numbers::pi};
}

void append_tip(std::string& out, SceneArrow const& arrow, Direction const& to) {
  auto const into = std::back_inserter(out);
  if (arrow.tip == Tip::Cross) {
    fmt::format_to(into,
                   R"(<path class="reset" d="M-6 -6L6 6M6 -6L-6 6" )"
                   R"svg(transform="translate({} {})" stroke="currentColor" stroke-width="2.6" )svg"
                   R"(stroke-linecap="round"/>)"
                   "\n",
                   arrow.x2, arrow.y2);
  }
  if (arrow.tip != Tip::Head) return;
  fmt::format_to(into,
                 R"(<path class="{}" d="M0 0L-11 -4.5L-11 4.5z" fill="currentColor" )"
                 R"svg(transform="translate({} {})rotate({:.2f})"/>)svg"
                 "\n",
                 class_of(arrow.tone), arrow.x2, arrow.y2, to.degrees);
}

void append_shaft(std::string& out, SceneArrow const& arrow) {
  auto const to = direction_of(arrow);
  auto const back = arrow.tip == Tip::Head ? 9.0 : 0.0;
  auto const* const dashes = arrow.forged             ? R"( stroke-dasharray="7 4")"
                             : arrow.tip == Tip::None ? R"( stroke-dasharray="2 4")"
                                                      : "";
  fmt::format_to(std::back_inserter(out),
                 R"(<path class="{}" d="M{} {}L{:.1f} {:.1f}" stroke="currentColor" )"
                 R"(stroke-width="1.8"{}/>)"
                 "\n",
                 class_of(arrow.tone), arrow.x1, arrow.y1, arrow.x2 - back * to.x,
                 arrow.y2 - back * to.y, dashes);
  append_tip(out, arrow, to);
}

void append_arrow(std::string& out, SceneArrow const& arrow) {
  append_shaft(out, arrow);
  if (!arrow.twice) return;
  auto again = arrow;
  again.y2 += 10;
  append_shaft(out, again);
}

// Along the arrow, near who sends: labels of segments that cross stay apart.
void append_label(std::string& out, SceneArrow const& arrow) {
  auto const to = direction_of(arrow);
  bool const right = arrow.x2 > arrow.x1;
  auto const x = arrow.x1 + kLabelStart * to.x;
  auto const y = arrow.y1 + kLabelStart * to.y;
  auto const degrees = right ? to.degrees : to.degrees - 180;
  auto const draw = [&](std::string_view look) {
    fmt::format_to(std::back_inserter(out),
                   R"svg(<text {} transform="translate({:.1f} {:.1f})rotate({:.2f})" y="-5" )svg"
                   R"(font-size="12"{}>{}</text>)"
                   "\n",
                   look, x, y, degrees, right ? "" : R"( text-anchor="end")", for_xml(arrow.label));
  };
  // The ground behind it is drawn for itself: currentColor is one colour only.
  draw(R"(class="ground label halo" stroke="currentColor")");
  draw(R"(class="text label")");
}

void append_line(std::string& out, SceneLine const& line) {
  auto const* const anchor = line.right ? R"( text-anchor="end")" : "";
  auto const into = std::back_inserter(out);
  switch (line.kind) {
    case Kind::Call:
      fmt::format_to(into,
                     R"(<text class="text call" x="{}" y="{}" font-size="12.5"{}>{}</text>)"
                     "\n",
                     line.x, line.y, anchor, for_xml(line.text));
      return;
    case Kind::Change:
      fmt::format_to(into,
                     R"(<text class="muted" x="{}" y="{}" font-size="12"{}>{} → )"
                     R"(<tspan class="{}" font-weight="700" fill="currentColor">{}</tspan></text>)"
                     "\n",
                     line.x, line.y, anchor, for_xml(line.text), class_of(tone_of(line.to)),
                     tcp::name(line.to));
      return;
    case Kind::Reason:
      fmt::format_to(into,
                     R"(<text class="muted" x="{}" y="{}" font-size="11.5"{}>{}</text>)"
                     "\n",
                     line.x, line.y, anchor, for_xml(line.text));
      return;
  }
}

// Behind everything.
void append_note_ground(std::string& out, LadderScene const& scene, SceneNote const& note) {
  fmt::format_to(std::back_inserter(out),
                 R"(<rect class="group" x="{}" y="{}" width="{}" height="{}" rx="8" )"
                 R"(fill="currentColor"/>)"
                 "\n",
                 kSceneTimes + kSceneMargin / 2, note.top,
                 scene.width - kSceneTimes - kSceneMargin * 3 / 2, note.height);
}

void append_note(std::string& out, LadderScene const& scene, SceneNote const& note) {
  auto const& rails = scene.rails;
  bool const alone = rails.size() == 1;
  auto const x = alone ? rails.front().right + 20 : (rails.front().right + rails.back().left) / 2;
  int y = note.top + 18;
  for (auto const& line : note.lines) {
    fmt::format_to(std::back_inserter(out),
                   R"(<text class="text" x="{}" y="{}"{} font-size="13" )"
                   R"(font-style="italic">{}</text>)"
                   "\n",
                   x, y, alone ? "" : R"( text-anchor="middle")", for_xml(line));
    y += 19;
  }
}

void append_time(std::string& out, LadderScene const& scene, SceneTime const& time) {
  fmt::format_to(std::back_inserter(out),
                 R"(<path class="muted" d="M{} {}H{}" stroke="currentColor" )"
                 R"(stroke-width="1" stroke-opacity="0.18"/>)"
                 R"(<text class="muted time" x="{}" y="{}" text-anchor="end" )"
                 R"(font-size="11">{}</text>)"
                 "\n",
                 kSceneMargin, time.y - 4, scene.width - kSceneMargin, kSceneTimes - 8, time.y + 10,
                 time.text);
}

// Time that is left out: rails and bars are cut.
void append_pause(std::string& out, LadderScene const& scene, SceneTime const& pause) {
  auto const into = std::back_inserter(out);
  for (auto const& rail : scene.rails) {
    fmt::format_to(into,
                   R"(<path class="ground" d="M{0} {1}L{2} {3}V{4}L{0} {5}z" fill="currentColor"/>)"
                   R"(<path class="muted" d="M{0} {1}L{2} {3}M{0} {5}L{2} {4}" )"
                   R"(stroke="currentColor" stroke-width="1.2"/>)"
                   "\n",
                   rail.left - 6, pause.y - 1, rail.right + 6, pause.y - 7, pause.y + 1,
                   pause.y + 7);
  }
  fmt::format_to(into,
                 R"(<text class="muted time" x="{}" y="{}" text-anchor="end" font-size="11" )"
                 R"(font-style="italic">{}</text>)"
                 "\n",
                 kSceneTimes - 8, pause.y + 4, pause.text);
}

void append_legend(std::string& out, LadderScene const& scene, Language language) {
  struct Entry {
    LadderTone tone;
    Phrase words;
  };
  constexpr auto kEntries = std::to_array<Entry>({
      {LadderTone::Opening, {"opening", "建立中"}},
      {LadderTone::Open, {"open", "已建立"}},
      {LadderTone::Closing, {"closing", "关闭中"}},
      {LadderTone::Waiting, {"LISTEN, TIME_WAIT", "LISTEN、TIME_WAIT"}},
      {LadderTone::Reset, {"RST; lost", "RST；丢失"}},
  });
  auto const into = std::back_inserter(out);
  auto const y = scene.bottom + 36;
  int x = kSceneTimes + kSceneMargin / 2;
  for (auto const& [tone, words] : kEntries) {
    auto const text = words.in(language);
    fmt::format_to(into,
                   R"(<rect class="{}" x="{}" y="{}" width="22" height="10" rx="4" )"
                   R"(fill="currentColor"/>)"
                   R"(<text class="muted" x="{}" y="{}" font-size="12">{}</text>)"
                   "\n",
                   class_of(tone), x, y - 9, x + 29, y, text);
    x += 29 + static_cast<int>(base::display_width(text)) * 7 + 24;
  }
}

void append_head(std::string& out, lab::Scenario const& scenario, LadderSvgStyle const& style,
                 std::vector<std::string> const& lesson) {
  auto const into = std::back_inserter(out);
  auto const x = kSceneMargin;
  fmt::format_to(into,
                 R"(<text class="text" x="{}" y="{}" font-size="22" font-weight="700">{}</text>)"
                 "\n",
                 x, kTitle, for_xml(scenario.title.in(style.language)));
  fmt::format_to(into,
                 R"(<text class="muted" x="{}" y="{}" font-size="12">{}</text>)"
                 "\n",
                 x, kCaption, for_xml(style.caption));
  int y = kLesson;
  for (auto const& line : lesson) {
    fmt::format_to(into,
                   R"(<text class="text" x="{}" y="{}" font-size="13">{}</text>)"
                   "\n",
                   x, y, for_xml(line));
    y += kLessonRow;
  }
}

void append_scene(std::string& out, LadderScene const& scene) {
  for (auto const& time : scene.times) append_time(out, scene, time);
  for (auto const& note : scene.notes) append_note_ground(out, scene, note);
  for (auto const& rail : scene.rails) append_rail(out, scene, rail);
  for (auto const& bar : scene.bars) append_bar(out, bar);
  for (auto const& pause : scene.pauses) append_pause(out, scene, pause);
  out += "<g fill=\"none\">\n";
  for (auto const& arrow : scene.arrows) append_arrow(out, arrow);
  out += "</g>\n";
  for (auto const& arrow : scene.arrows) append_label(out, arrow);
  for (auto const& note : scene.notes) append_note(out, scene, note);
  for (auto const& line : scene.lines) append_line(out, line);
}

}  // namespace

std::string ladder_svg(lab::Scenario const& scenario, lab::Story const& story,
                       LadderSvgStyle const& style) {
  auto const columns =
      static_cast<std::size_t>(ladder_scene_width(scenario, story) - 2 * kSceneMargin) / 7;
  auto const lesson = wrapped(lesson_words(scenario, style.language), columns);
  auto const top = kLesson + kLessonRow * static_cast<int>(lesson.size()) + kHostBox;
  auto const scene = ladder_scene(scenario, story, style.language, top);
  auto const height = scene.bottom + kFoot;
  std::string out;
  fmt::format_to(std::back_inserter(out),
                 R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" )"
                 R"(height="{1}" role="img" lang="{2}">)"
                 "\n<title>{3}</title>\n<desc>{4}</desc>\n",
                 scene.width, height, style.language == Language::Chinese ? "zh-CN" : "en",
                 for_xml(scenario.title.in(style.language)),
                 for_xml(lesson_words(scenario, style.language)));
  append_style(out);
  fmt::format_to(std::back_inserter(out),
                 R"(<rect class="ground" width="{}" height="{}" fill="currentColor"/>)"
                 "\n<g font-family=\"{}\">\n",
                 scene.width, height, diagram::kFonts);
  append_head(out, scenario, style, lesson);
  append_scene(out, scene);
  append_legend(out, scene, style.language);
  return out + "</g>\n</svg>\n";
}

}  // namespace lastack::ui
