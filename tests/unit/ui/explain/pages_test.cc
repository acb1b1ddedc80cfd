#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "base/text.hh"
#include "explain/state_text.hh"
#include "support/golden.hh"
#include "ui/explain/page.hh"
#include "ui/explain/state_page.hh"

namespace lastack::ui {
namespace {

using base::Language;

std::string const kDocs = std::string(LASTACK_GOLDEN) + "/../../docs/";

explain::Values usual(Language language) {
  return explain::values_of(model::TcpSettings(), language);
}

std::string page_of(tcp::State state, PageStyle const& style) {
  std::string out;
  write_state(out, style, state, usual(style.language));
  return out;
}

std::string all_pages(PageStyle const& style) {
  std::string out;
  write_state_list(out, style, usual(style.language));
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
    out += "\n" + page_of(tcp::state_at(i), style);
  }
  return out;
}

std::vector<std::string> lines_of(std::string const& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(StatePages, AreAsPeopleHaveReadThem) {
  test::expect_golden("explain_en.txt", all_pages({.language = Language::English}));
  test::expect_golden("explain_zh.txt", all_pages({.language = Language::Chinese}));
  test::expect_golden("explain_color.txt",
                      page_of(tcp::State::CloseWait, {.width = 60, .color = true}));
}

TEST(StatePages, AreNeverLongerOrWiderThanAScreen) {
  constexpr std::size_t kLines = 30;
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
    for (auto const language : base::kLanguages) {
      auto const lines = lines_of(page_of(tcp::state_at(i), {.language = language}));
      EXPECT_LE(lines.size(), kLines) << tcp::name(tcp::state_at(i));
      for (auto const& line : lines) {
        EXPECT_LE(base::display_width(line), 80U) << line;
        EXPECT_FALSE(line.ends_with(' ')) << "'" << line << "'";
      }
    }
  }
}

TEST(StatePages, AreAsciiWhereTheTerminalIs) {
  std::string text;
  PageStyle const style{.unicode = false};
  for (auto const& edge : tcp::kEdges) write_edge(text, style, edge, usual(style.language));
  text += all_pages(style);
  EXPECT_TRUE(
      std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
}

TEST(EdgePages, AreAsPeopleHaveReadThem) {
  std::string text;
  for (auto const language : base::kLanguages) {
    for (auto const& edge : tcp::kEdges) {
      write_edge(text, {.language = language}, edge, usual(language));
      text += '\n';
    }
  }
  test::expect_golden("explain_edges.txt", text);
}

TEST(Pages, FillEveryPlaceholder) {
  for (auto const language : base::kLanguages) {
    PageStyle const style{.language = language};
    auto text = all_pages(style) + states_document(language);
    for (auto const& edge : tcp::kEdges) write_edge(text, style, edge, usual(language));
    for (auto const name : explain::placeholders()) {
      EXPECT_FALSE(text.contains("{" + std::string(name) + "}")) << name;
    }
  }
}

TEST(ImpossibleEdges, AreEachExplained) {
  std::string text;
  for (auto const language : base::kLanguages) {
    PageStyle const style{.language = language};
    for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
      for (std::size_t j = 0; j < tcp::kStateCount; ++j) {
        auto const from = tcp::state_at(i);
        auto const to = tcp::state_at(j);
        if (tcp::find_edge(from, to) != nullptr) continue;
        text += fmt::format("{} {}: {}\n", tcp::name(from), tcp::name(to),
                            why_impossible(from, to, style));
      }
    }
  }
  test::expect_golden("explain_impossible.txt", text);
}

TEST(StatesDocument, IsUpToDate) {
  test::expect_same_as_file(kDocs + "tcp-states.md", states_document(Language::English));
  test::expect_same_as_file(kDocs + "tcp-states.zh.md", states_document(Language::Chinese));
}

TEST(Wrap, BreaksAtBlanksAndBetweenChineseCharacters) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(wrap("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap("one", 2), (Lines{"one"})) << "a word is never divided";
  EXPECT_EQ(wrap("", 10), (Lines{""}));
  EXPECT_EQ(wrap("等待对端关闭", 6), (Lines{"等待对", "端关闭"}));
  EXPECT_EQ(wrap("等待对。端", 6), (Lines{"等待", "对。端"})) << "no line begins with a full stop";
  EXPECT_EQ(wrap("调用 close() 关闭", 8), (Lines{"调用", "close()", "关闭"}));
  EXPECT_EQ(wrap("对（a b）端", 4), (Lines{"对", "（a", "b）", "端"}));
}

}  // namespace
}  // namespace lastack::ui
