#include "diagram/text_picture.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hh"
#include "diagram/formats.hh"
#include "diagram/text_layout.hh"
#include "unit/diagram/sample_marks.hh"

namespace lastack::diagram {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    auto const end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string without_escapes(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto const escape = text.find('\x1b');
    out += text.substr(0, escape);
    if (escape == std::string_view::npos) break;
    text.remove_prefix(text.find('m', escape) + 1);
  }
  return out;
}

struct Case {
  Style style;
  Marks marks;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (auto const language : base::kLanguages) {
    for (bool const unicode : {true, false}) {
      for (auto const& marks : {Marks{}, test::counted(0), test::counted(1'234'567),
                                test::counted(UINT64_MAX), test::full_marks(9'999'999)}) {
        all.push_back({{.language = language, .unicode = unicode}, marks});
      }
    }
  }
  return all;
}

// A label or a number: where it is written, and how many columns it takes.
struct Piece {
  Point at;
  int width;
};

Piece piece_at(Spot spot, std::string_view text) {
  auto const width = static_cast<int>(base::display_width(text));
  if (spot.align == Align::Center) spot.x -= width / 2;
  if (spot.align == Align::Right) spot.x -= width - 1;
  return {{spot.x, spot.y}, width};
}

std::vector<Piece> pieces_of(Route const& route, base::Language language) {
  auto const label = label_of(edge_of(route), language);
  std::vector<Piece> pieces{piece_at(route.count, "x1,234,567")};
  if (route.lines == Lines::One) {
    pieces.push_back(piece_at(route.label, label.line()));
  } else {
    auto spot = route.label;
    for (auto const& line : label.two_lines()) {
      pieces.push_back(piece_at(spot, line));
      ++spot.y;
    }
  }
  return pieces;
}

bool is_beside(Rectangle box, Point at) {
  bool const in_columns = at.x > box.x && at.x < box.x + box.width - 1;
  bool const above_or_below = at.y == box.y - 1 || at.y == box.y + box.height;
  bool const left_or_right = at.x == box.x - 1 || at.x == box.x + box.width;
  return (in_columns && above_or_below) || (left_or_right && at.y == box.y + 1);
}

TEST(TextPicture, NothingIsWrittenOverAnything) {
  for (auto const& [style, marks] : cases()) {
    auto const picture = arrange_text(style, marks);
    EXPECT_EQ(picture.clashes(), 0) << picture.str();
    auto const legend = arrange_legend(style, marks);
    EXPECT_EQ(legend.clashes(), 0) << legend.str();
  }
}

TEST(TextPicture, LabelsKeepAwayFromTheirNeighbours) {
  for (auto const language : base::kLanguages) {
    auto const picture = arrange_text({.language = language}, test::counted(1'234'567));
    for (auto const& route : text_layout::kRoutes) {
      for (auto const& [at, width] : pieces_of(route, language)) {
        EXPECT_TRUE(picture.is_free({at.x - 1, at.y}) && picture.is_free({at.x + width, at.y}))
            << tcp::name(route.from) << " " << tcp::name(route.to) << "\n"
            << picture.str();
      }
    }
  }
}

TEST(TextPicture, EdgesRunFromBoxToBox) {
  for (auto const& route : text_layout::kRoutes) {
    auto const& from = text_layout::kBoxes.at(static_cast<std::size_t>(route.from));
    auto const& to = text_layout::kBoxes.at(static_cast<std::size_t>(route.to));
    EXPECT_TRUE(is_beside(from, route.track.points().front()) &&
                is_beside(to, route.track.points().back()))
        << tcp::name(route.from) << " " << tcp::name(route.to);
  }
}

TEST(TextPicture, RowsOfNumbersHoldNothingElse) {
  for (auto const language : base::kLanguages) {
    auto const picture = arrange_text({.language = language}, {});
    for (auto const y : text_layout::kNumberRows) {
      for (int x = 0; x < text_layout::kWidth; ++x) {
        constexpr std::array<std::string_view, 5> kUprights{"", "│", "║", "┃", "┊"};
        auto const glyph = picture.glyph({x, y});
        EXPECT_NE(std::ranges::find(kUprights, glyph), kUprights.end())
            << glyph << " in row " << y << ", column " << x;
      }
    }
  }
}

TEST(TextPicture, FitsAHundredColumnsAndSixtyRows) {
  for (auto const& [style, marks] : cases()) {
    auto const text = draw_text(style, marks);
    auto const lines = lines_of(text);
    EXPECT_LE(lines.size(), 60U);
    for (auto const line : lines) {
      EXPECT_LE(base::display_width(line), 100U) << line;
      EXPECT_TRUE(line.empty() || line.back() != ' ');
    }
  }
}

TEST(TextPicture, NamesEveryStateAndEveryDrawnEdge) {
  for (auto const& [style, marks] : cases()) {
    auto const text = draw_text(style, marks);
    for (auto const name : tcp::kStateNames) EXPECT_NE(text.find(name), std::string::npos) << name;
    for (auto const& route : text_layout::kRoutes) {
      auto const label = label_of(edge_of(route), style.language);
      auto const shown = route.lines == Lines::One ? label.line() : label.two_lines()[1];
      EXPECT_NE(text.find(shown), std::string::npos) << shown;
    }
  }
}

TEST(TextPicture, IsPlainAsciiWhereTheTerminalIs) {
  for (auto const& marks : {Marks{}, test::full_marks(1)}) {
    auto const text = draw_text({.unicode = false}, marks);
    EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return c >= 0; })) << text;
  }
}

TEST(TextPicture, ColoursChangeNothingElse) {
  for (bool const dark : {true, false}) {
    for (auto const& marks : {Marks{}, test::sample_marks()}) {
      auto const plain = draw_text({}, marks);
      auto const colored = draw_text({.dark = dark, .color = true}, marks);
      EXPECT_NE(colored, plain);
      EXPECT_EQ(without_escapes(colored), plain);
    }
  }
}

TEST(TextPicture, NumbersTakeRowsOnlyWhereThereAreSome) {
  auto const bare = lines_of(draw_text({}, {})).size();
  Marks marks;
  marks.standing[0] = 1;
  EXPECT_GE(lines_of(draw_text({}, marks)).size(), bare + text_layout::kNumberRows.size());
}

TEST(TextCanvas, CountsWhatDoesNotFit) {
  TextCanvas canvas(6, 1);
  canvas.write({0, 0}, "状态", Ink::Plain);
  EXPECT_EQ(canvas.clashes(), 0);
  EXPECT_FALSE(canvas.is_free({3, 0})) << "the second half of a wide character";
  canvas.write({3, 0}, "x", Ink::Plain);
  EXPECT_EQ(canvas.clashes(), 1);
  canvas.write({5, 0}, "xy", Ink::Plain);
  EXPECT_EQ(canvas.clashes(), 2);
  EXPECT_EQ(canvas.str(), "状态 x\n");
}

}  // namespace
}  // namespace lastack::diagram
