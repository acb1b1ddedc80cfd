// The SVG before it is written: what stands where, without colours. What the tests look at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "diagram/diagram.hh"
#include "diagram/route.hh"

namespace lastack::diagram {

// What a thing stands for; the theme gives each a colour. The first four in the order of Stroke.
enum class Tone : std::uint8_t { Client, Server, Other, Linux, Path, Text, Muted };

struct SceneLine {
  std::vector<Point> points{};
  Stroke stroke = Stroke::Other;
  bool on_path = false;
  bool faint = false;  // others are on the path
  bool head = true;    // has an arrow head
};

enum class BoxKind : std::uint8_t { Group, State, Here, Badge };
struct SceneBox {
  Rectangle area{};
  BoxKind kind = BoxKind::State;
  Tone tone = Tone::Text;  // of a badge
  bool framed = true;      // a badge may do without
  bool faint = false;
};

enum class Weight : std::uint8_t { Normal, Bold };
struct SceneText {
  Spot at{};  // on the base line
  int size = 0;
  Weight weight = Weight::Normal;
  Tone tone = Tone::Text;
  bool faint = false;
  std::string text{};
};

// In the order in which it is drawn: groups and states, lines, badges, texts.
struct Scene {
  int top = 0;  // 0 or negative
  int height = 0;
  std::vector<SceneBox> boxes;
  std::vector<SceneLine> lines;
  std::vector<SceneBox> badges;
  std::vector<SceneText> texts;
};

[[nodiscard]] Scene arrange_svg(Style const& style, Marks const& marks);

// Pixels that `text` takes at most in a usual sans-serif font: 0.6 em an ASCII character, 1 em any
// other.
[[nodiscard]] int text_width(std::string_view text, int size);
// What a text covers.
[[nodiscard]] Rectangle extent_of(SceneText const& text);

}  // namespace lastack::diagram
