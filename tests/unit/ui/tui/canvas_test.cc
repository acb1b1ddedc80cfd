// Writing into cells: characters of every width, at every edge.
#include "ui/tui/canvas.hh"

#include <gtest/gtest.h>

#include "support.hh"

namespace lastack::ui::tui {
namespace {

constexpr Style kPlain{};

TEST(Canvas, WritesAndSaysHowMuch) {
  Canvas canvas(10, 2);
  EXPECT_EQ(canvas.put(2, 0, "ab端", kPlain), 4);
  EXPECT_EQ(canvas.put(0, 1, "abcdef", kPlain, 3), 3);
  EXPECT_EQ(canvas.text(), "  ab端\nabc\n");
  EXPECT_EQ(canvas.at(4, 0).width, 2);
  EXPECT_EQ(canvas.at(5, 0).width, 0);
  EXPECT_EQ(canvas.at(5, 0).text(), "");
}

TEST(Canvas, AWideCharacterThatDoesNotFitIsABlank) {
  Canvas canvas(5, 1);
  EXPECT_EQ(canvas.put(0, 0, "abcd端", {.ground = Ground::Bar}), 5);
  EXPECT_EQ(canvas.text(), "abcd\n");
  EXPECT_EQ(canvas.at(4, 0).width, 1);
  EXPECT_EQ(canvas.at(4, 0).style.ground, Ground::Bar);
  EXPECT_EQ(canvas.put(0, 0, "端端", kPlain, 3), 3);
  EXPECT_EQ(canvas.text(), "端 d\n");
}

TEST(Canvas, HalfOfAWideCharacterAtTheLeftEdgeIsABlank) {
  Canvas canvas(4, 1);
  canvas.put(0, 0, "zzzz", kPlain);
  EXPECT_EQ(canvas.put(-1, 0, "端ab", kPlain), 4);
  EXPECT_EQ(canvas.at(0, 0).width, 1);
  EXPECT_EQ(canvas.text(), " abz\n");
}

// Else a terminal would show one half of it, or shift what follows.
TEST(Canvas, WhatIsWrittenOverHalfAWideCharacterTakesItWhole) {
  Canvas canvas(6, 1);
  canvas.put(0, 0, "端点", kPlain);
  canvas.put(1, 0, "x", kPlain);
  EXPECT_EQ(canvas.text(), " x点\n");
  canvas.put(2, 0, "y", kPlain);
  EXPECT_EQ(canvas.text(), " xy\n");
  canvas.put(0, 0, "端点", kPlain);
  canvas.put(1, 0, "口", kPlain);
  EXPECT_EQ(canvas.text(), " 口\n");
  canvas.put(0, 0, "端点", kPlain);
  canvas.fill({.x = 1, .y = 0, .width = 2, .height = 1}, kPlain);
  EXPECT_EQ(canvas.text(), "\n");
  for (int x = 0; x < 6; ++x) EXPECT_EQ(canvas.at(x, 0).width, 1) << x;
}

TEST(Canvas, CombiningMarksStayWithTheirLetter) {
  Canvas canvas(3, 1);
  EXPECT_EQ(canvas.put(0, 0, "e\xcc\x81x", kPlain), 2);
  EXPECT_EQ(canvas.at(0, 0).text(), "e\xcc\x81");
  EXPECT_EQ(canvas.at(1, 0).text(), "x");
  // One without a letter is lost, and so is one too many.
  EXPECT_EQ(canvas.put(0, 0, "\xcc\x81z", kPlain), 1);
  EXPECT_EQ(canvas.at(0, 0).text(), "z");
  std::string many = "a";
  for (int i = 0; i < 20; ++i) many += "\xcc\x81";
  EXPECT_EQ(canvas.put(0, 0, many, kPlain), 1);
  EXPECT_EQ(canvas.at(0, 0).size, 15);
  // Written to the last column, they still belong to it.
  EXPECT_EQ(canvas.put(2, 0, "e\xcc\x81x", kPlain), 1);
  EXPECT_EQ(canvas.at(2, 0).text(), "e\xcc\x81");
  // Nor do those of what is left of the screen go anywhere.
  EXPECT_EQ(canvas.put(-1, 0, "e\xcc\x81q", kPlain), 2);
  EXPECT_EQ(canvas.at(0, 0).text(), "q");
}

TEST(Canvas, NothingGoesOutside) {
  Canvas canvas(4, 2);
  for (int y : {-1, 2, 1000, -1000}) {
    canvas.put(0, y, "abc", kPlain);
    canvas.put_right(0, y, "abc", kPlain, 4);
    canvas.fill({.x = 0, .y = y, .width = 10, .height = 1}, {.ground = Ground::Bar});
    canvas.shade({.x = 0, .y = y, .width = 10, .height = 1}, Ground::Bar);
  }
  canvas.put(4, 0, "abc", kPlain);
  canvas.put(1000, 0, "端", kPlain);
  canvas.put(-10, 0, "abc", kPlain);
  canvas.put(0, 0, "abc", kPlain, 0);
  canvas.put(0, 0, "abc", kPlain, -5);
  EXPECT_EQ(canvas.text(), "\n\n");
  EXPECT_EQ(test::on_ground(canvas, Ground::Bar), "");
  canvas.fill({.x = -5, .y = -5, .width = 7, .height = 6}, {.ground = Ground::Bar});
  EXPECT_EQ(test::on_ground(canvas, Ground::Bar), "  ");
  canvas.shade({.x = 3, .y = 1, .width = 100, .height = 100}, Ground::Tagged);
  EXPECT_EQ(test::on_ground(canvas, Ground::Tagged), " ");
}

TEST(Canvas, WithoutAnyCell) {
  for (auto const& [width, height] : {std::pair{0, 0}, {0, 3}, {3, 0}, {-1, -1}}) {
    Canvas canvas(width, height);
    canvas.put(0, 0, "a端", kPlain);
    canvas.put_right(0, 0, "a端", kPlain, 5);
    canvas.fill({.x = 0, .y = 0, .width = 5, .height = 5}, kPlain);
    canvas.shade(canvas.whole(), Ground::Bar);
    EXPECT_EQ(canvas.text(), std::string(static_cast<std::size_t>(canvas.height()), '\n'));
  }
}

TEST(Canvas, Right) {
  Canvas canvas(8, 3);
  canvas.put_right(0, 0, "12", kPlain, 6);
  canvas.put_right(1, 1, "端1", kPlain, 6);
  canvas.put_right(0, 2, "12345678", kPlain, 3);
  EXPECT_EQ(canvas.text(), "    12\n    端1\n123\n");
}

TEST(Canvas, ShadingLeavesTheInk) {
  Canvas canvas(3, 1);
  canvas.put(0, 0, "abc", {.ink = Ink::Bad});
  canvas.shade({.x = 1, .y = 0, .width = 1, .height = 1}, Ground::Match, true);
  EXPECT_EQ(canvas.at(1, 0).style, (Style{.ink = Ink::Bad, .ground = Ground::Match, .bold = true}));
  EXPECT_EQ(canvas.at(0, 0).style, (Style{.ink = Ink::Bad}));
  EXPECT_EQ(canvas.text(), "abc\n");
}

TEST(Canvas, WritingOverReplacesEverything) {
  Canvas canvas(2, 1);
  canvas.put(0, 0, "e\xcc\x81", {.ink = Ink::Bad, .underline = true});
  canvas.put(0, 0, "o", kPlain);
  EXPECT_EQ(canvas.at(0, 0).text(), "o");
  EXPECT_EQ(canvas.at(0, 0).style, kPlain);
}

}  // namespace
}  // namespace lastack::ui::tui
