#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.hh"
#include "diagram/diagram.hh"
#include "diagram/edge_label.hh"
#include "diagram/escape.hh"
#include "support/golden.hh"
#include "unit/diagram/sample_marks.hh"

namespace lastack::diagram {
namespace {

using enum base::Language;
using lastack::test::expect_golden;

constexpr std::array kFormats{Format::Text, Format::Svg, Format::Dot, Format::Mermaid};

std::size_t occurrences(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST(DiagramText, English) { expect_golden("diagram_en.txt", draw(Format::Text, {}, {})); }

TEST(DiagramText, Chinese) {
  expect_golden("diagram_zh.txt", draw(Format::Text, {.language = Chinese}, {}));
}

TEST(DiagramText, Ascii) {
  expect_golden("diagram_ascii.txt", draw(Format::Text, {.unicode = false}, {}));
}

TEST(DiagramText, Color) {
  expect_golden("diagram_color.txt", draw(Format::Text, {.dark = true, .color = true}, {}));
}

TEST(DiagramText, Marked) {
  auto const marks = test::sample_marks();
  expect_golden("diagram_marked_en.txt", draw(Format::Text, {}, marks));
  expect_golden("diagram_marked_zh.txt", draw(Format::Text, {.language = Chinese}, marks));
  expect_golden("diagram_marked_ascii.txt", draw(Format::Text, {.unicode = false}, marks));
  expect_golden("diagram_marked_color.txt", draw(Format::Text, {.color = true}, marks));
}

TEST(DiagramSvg, EnglishLight) { expect_golden("diagram_en_light.svg", draw(Format::Svg, {}, {})); }

TEST(DiagramSvg, ChineseDarkMarked) {
  expect_golden("diagram_marked_zh_dark.svg",
                draw(Format::Svg, {.language = Chinese, .dark = true}, test::sample_marks()));
}

TEST(DiagramSvg, LoadsAndRunsNothing) {
  auto const svg = draw(Format::Svg, {}, test::sample_marks());
  for (auto const word : {"<script", "href", "<style", "<image", "@import", "<foreignObject"}) {
    EXPECT_EQ(svg.find(word), std::string::npos) << word;
  }
  EXPECT_NE(svg.find("<title>"), std::string::npos);
  EXPECT_NE(svg.find("<desc>"), std::string::npos);
}

TEST(DiagramDot, Bare) { expect_golden("diagram.dot", draw(Format::Dot, {}, {})); }

TEST(DiagramDot, Marked) {
  expect_golden("diagram_marked_zh_dark.dot",
                draw(Format::Dot, {.language = Chinese, .dark = true}, test::sample_marks()));
}

TEST(DiagramMermaid, Bare) { expect_golden("diagram.mmd", draw(Format::Mermaid, {}, {})); }

TEST(DiagramMermaid, Marked) {
  expect_golden("diagram_marked_zh_dark.mmd",
                draw(Format::Mermaid, {.language = Chinese, .dark = true}, test::sample_marks()));
}

TEST(Diagram, DrawsEveryDrawnEdgeOnce) {
  auto const drawn = static_cast<std::size_t>(std::ranges::count_if(tcp::kEdges, is_drawn));
  EXPECT_EQ(occurrences(draw(Format::Dot, {}, {}), " -> "), drawn);
  EXPECT_EQ(occurrences(draw(Format::Mermaid, {}, {}), " --> "), drawn);
}

TEST(Diagram, NoNumberIsLost) {
  for (std::size_t i = 0; i < tcp::kEdges.size(); ++i) {
    Marks marks;
    marks.edge_counts.at(i) = 4'711;
    for (auto const format : kFormats) {
      EXPECT_EQ(occurrences(draw(format, {}, marks), "×4,711"), 1U) << i;
    }
  }
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
    Marks marks;
    marks.standing.at(i) = 4'711;
    for (auto const format : kFormats) {
      EXPECT_EQ(occurrences(draw(format, {}, marks), "4,711"), 1U) << tcp::kStateNames.at(i);
    }
  }
}

TEST(Diagram, EveryStepOfAPathChangesThePicture) {
  for (std::size_t i = 0; i < tcp::kEdges.size(); ++i) {
    Marks marks;
    marks.on_path.at(i) = true;
    for (auto const format : kFormats)
      EXPECT_NE(draw(format, {}, marks), draw(format, {}, {})) << i;
  }
}

TEST(Diagram, AHostileCaptionDoesNoHarm) {
  Marks marks;
  marks.caption = "<script>\"&'\x1b]0;x\a%%{init}%%\n---\n\xff\\\"];}#lt;";
  Marks harmless;
  harmless.caption = "x";
  for (auto const format : kFormats) {
    auto const out = draw(format, {}, marks);
    EXPECT_EQ(occurrences(out, "\n"), occurrences(draw(format, {}, harmless), "\n"));
    EXPECT_TRUE(std::ranges::none_of(
        out, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }));
    EXPECT_TRUE(base::is_valid_utf8(out));
    if (format != Format::Text && format != Format::Dot) {
      EXPECT_EQ(out.find("<script"), std::string::npos);
    }
  }
}

TEST(DiagramEscape, Xml) {
  EXPECT_EQ(for_xml("<script>\"&\x1b]'"), R"(&lt;script&gt;&quot;&amp;\e]&#39;)");
}

TEST(DiagramEscape, DotKeepsTheQuotesShut) {
  EXPECT_EQ(for_dot(R"(a"b\)"), R"(a\"b\\)");
  EXPECT_EQ(for_dot("a\nb"), R"(a\\nb)");
}

TEST(DiagramEscape, MermaidTitleIsAYamlStringWithoutMarkup) {
  EXPECT_EQ(for_mermaid_title(R"(<b>&"%%\ #lt;)"), R"(‹b›＆\"％％\\ ＃lt；)");
}

TEST(DiagramEscape, LeavesOrdinaryTextAlone) {
  constexpr std::string_view kText = "10.0.0.1:22 - [2001:db8::1]:50112 状态";
  EXPECT_EQ(for_xml(kText), kText);
  EXPECT_EQ(for_dot(kText), kText);
  EXPECT_EQ(for_mermaid_title(kText), kText);
}

}  // namespace
}  // namespace lastack::diagram
