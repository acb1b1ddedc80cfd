#include "diagram/svg_scene.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "diagram/svg_layout.hh"
#include "unit/diagram/sample_marks.hh"

namespace lastack::diagram {
namespace {

// Half the width of a line and some air.
constexpr int kAir = 2;

struct Named {
  std::string name;
  Scene scene;
};

std::vector<Named> scenes() {
  std::vector<Named> all;
  for (auto const language : base::kLanguages) {
    auto const add = [&](char const* name, Marks const& marks) {
      all.push_back({std::string(language == base::Language::English ? "en " : "zh ") + name,
                     arrange_svg({.language = language}, marks)});
    };
    add("bare", {});
    add("zero", test::counted(0));
    add("counted", test::counted(1'234'567));
    add("huge", test::counted(UINT64_MAX));
    add("full", test::full_marks(9'999'999));
  }
  return all;
}

bool overlap(Rectangle const& a, Rectangle const& b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

bool is_inside(Rectangle const& a, Rectangle const& b) {
  return a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width &&
         a.y + a.height <= b.y + b.height;
}

// The pieces of a line, as rectangles `thickness` pixels to both sides.
std::vector<Rectangle> pieces_of(SceneLine const& line, int thickness) {
  std::vector<Rectangle> pieces;
  for (std::size_t i = 1; i < line.points.size(); ++i) {
    auto const a = line.points[i - 1];
    auto const b = line.points[i];
    pieces.push_back({std::min(a.x, b.x) - thickness, std::min(a.y, b.y) - thickness,
                      std::abs(a.x - b.x) + 2 * thickness, std::abs(a.y - b.y) + 2 * thickness});
  }
  return pieces;
}

bool touches(SceneLine const& line, Rectangle const& area) {
  auto const pieces = pieces_of(line, kAir);
  return std::ranges::any_of(pieces, [&](auto const& piece) { return overlap(piece, area); });
}

bool is_on_badge(Scene const& scene, SceneText const& text) {
  return std::ranges::any_of(
      scene.badges, [&](SceneBox const& badge) { return is_inside(extent_of(text), badge.area); });
}

bool is_on_border(Rectangle const& box, Point at) {
  bool const in_columns = at.x > box.x && at.x < box.x + box.width;
  bool const in_rows = at.y > box.y && at.y < box.y + box.height;
  return (in_columns && (at.y == box.y || at.y == box.y + box.height)) ||
         (in_rows && (at.x == box.x || at.x == box.x + box.width));
}

TEST(SvgScene, NoTextOverlapsAnother) {
  for (auto const& [name, scene] : scenes()) {
    for (std::size_t i = 0; i < scene.texts.size(); ++i) {
      for (std::size_t j = i + 1; j < scene.texts.size(); ++j) {
        EXPECT_FALSE(overlap(extent_of(scene.texts[i]), extent_of(scene.texts[j])))
            << name << ": " << scene.texts[i].text << " | " << scene.texts[j].text;
      }
    }
  }
}

TEST(SvgScene, NoTextOverlapsAnEdge) {
  for (auto const& [name, scene] : scenes()) {
    for (auto const& text : scene.texts) {
      if (is_on_badge(scene, text)) continue;
      for (auto const& line : scene.lines) {
        EXPECT_FALSE(touches(line, extent_of(text)))
            << name << ": " << text.text << " | line from " << line.points.front().x << ","
            << line.points.front().y;
      }
    }
  }
}

TEST(SvgScene, TextIsInABoxOrOutsideOfIt) {
  for (auto const& [name, scene] : scenes()) {
    for (auto const& text : scene.texts) {
      for (auto const& box : scene.boxes) {
        auto const extent = extent_of(text);
        EXPECT_TRUE(is_inside(extent, box.area) || !overlap(extent, box.area))
            << name << ": " << text.text;
      }
    }
  }
}

TEST(SvgScene, OnlyItsNameAndNumberAreInAState) {
  auto const scene = arrange_svg({}, test::counted(1'234'567));
  for (auto const& box : scene.boxes) {
    if (box.kind == BoxKind::Group) continue;
    auto const inside = std::ranges::count_if(
        scene.texts, [&](SceneText const& text) { return overlap(extent_of(text), box.area); });
    EXPECT_EQ(inside, 2);
  }
}

TEST(SvgScene, BadgesSitOnOneEdgeAndOnNothingElse) {
  for (auto const& [name, scene] : scenes()) {
    for (std::size_t i = 0; i < scene.badges.size(); ++i) {
      auto const& area = scene.badges[i].area;
      auto const edges = std::ranges::count_if(
          scene.lines, [&](SceneLine const& line) { return touches(line, area); });
      bool const in_legend = area.y > svg_layout::kLegendTop;
      EXPECT_EQ(edges, in_legend ? 0 : 1) << name << ": badge at " << area.x << "," << area.y;
      auto const texts = std::ranges::count_if(
          scene.texts, [&](SceneText const& text) { return overlap(extent_of(text), area); });
      EXPECT_EQ(texts, 1) << name << ": badge at " << area.x << "," << area.y;
      for (auto const& box : scene.boxes) {
        EXPECT_TRUE(box.kind == BoxKind::Group || !overlap(area, box.area)) << name;
      }
      for (std::size_t j = i + 1; j < scene.badges.size(); ++j) {
        EXPECT_FALSE(overlap(area, scene.badges[j].area)) << name;
      }
    }
  }
}

TEST(SvgScene, EverythingIsInThePicture) {
  for (auto const& [name, scene] : scenes()) {
    Rectangle const picture{0, scene.top, svg_layout::kWidth, scene.height - scene.top};
    for (auto const& text : scene.texts) {
      EXPECT_TRUE(is_inside(extent_of(text), picture)) << name << ": " << text.text;
    }
    for (auto const& line : scene.lines) {
      for (auto const& piece : pieces_of(line, kAir)) EXPECT_TRUE(is_inside(piece, picture));
    }
  }
}

TEST(SvgScene, EdgesRunFromBoxToBoxAndThroughNone) {
  for (auto const& route : svg_layout::kRoutes) {
    auto const points = route.track.points();
    auto const& boxes = svg_layout::kBoxes;
    EXPECT_TRUE(is_on_border(boxes.at(static_cast<std::size_t>(route.from)), points.front()) &&
                is_on_border(boxes.at(static_cast<std::size_t>(route.to)), points.back()))
        << tcp::name(route.from) << " " << tcp::name(route.to);
    for (auto const& piece : pieces_of({.points = {points.begin(), points.end()}}, 0)) {
      for (auto const& box : boxes) {
        Rectangle const within{piece.x, piece.y, std::max(piece.width, 1),
                               std::max(piece.height, 1)};
        Rectangle const core{box.x + 1, box.y + 1, box.width - 2, box.height - 2};
        EXPECT_FALSE(overlap(within, core)) << tcp::name(route.from) << " " << tcp::name(route.to);
      }
    }
  }
}

TEST(SvgScene, OnlyTwoEdgesCross) {
  auto const scene = arrange_svg({}, {});
  std::set<std::pair<std::size_t, std::size_t>> crossings;
  for (std::size_t i = 0; i < scene.lines.size(); ++i) {
    for (std::size_t j = i + 1; j < scene.lines.size(); ++j) {
      for (auto const& piece : pieces_of(scene.lines[i], kAir)) {
        if (touches(scene.lines[j], piece)) crossings.emplace(i, j);
      }
    }
  }
  EXPECT_EQ(crossings.size(), 1U);
}

TEST(SvgScene, ShowsTheNumbersOfUndrawnEdges) {
  Marks marks;
  marks.edge_counts.at(index_of(*tcp::find_edge(tcp::Established, tcp::Closed))) = 12;
  auto const scene = arrange_svg({}, marks);
  auto const found =
      std::ranges::find(scene.texts, "also: ESTABLISHED → CLOSED ×12", &SceneText::text);
  EXPECT_NE(found, scene.texts.end());
}

TEST(SvgScene, AChineseCharacterIsAsWideAsItsSize) {
  EXPECT_EQ(text_width("ab", 10), 12);
  EXPECT_EQ(text_width("状态", 10), 20);
}

}  // namespace
}  // namespace lastack::diagram
