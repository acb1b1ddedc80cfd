// Choosing, ordering and sizing: what comes out is what was done.
#include "ui/tui/chooser.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "support.hh"
#include "support/golden.hh"

namespace lastack::ui::tui {
namespace {

using test::click;
using test::drawn;
using test::drawn_on;
using test::kChinese;
using test::kEnglish;
using test::place_of;
using test::type;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ChooserTest : public ::testing::Test {
 protected:
  Chooser::Options options() {
    return {.title = "Columns",
            .choices = {{.id = "state", .label = "State", .on = true, .width = 0},
                        {.id = "local", .label = "Local", .on = true, .width = 20},
                        {.id = "rtt", .label = "Round trip", .on = false, .width = 0}},
            .can_order = false,
            .can_size = false,
            .only_one = false,
            .accept = [this](std::vector<Choice> const& choices) { accepted = choices; }};
  }
  // "state+ local+20 rtt": on, width.
  std::string outcome() const {
    if (!accepted) return "nothing";
    std::string text;
    for (auto const& choice : *accepted) {
      if (!text.empty()) text += ' ';
      text += choice.id + (choice.on ? "+" : "");
      if (choice.width != 0) text += std::to_string(choice.width);
    }
    return text;
  }
  std::optional<std::vector<Choice>> accepted;
};

TEST_F(ChooserTest, LooksAsItShould) {
  auto all = options();
  all.can_order = all.can_size = true;
  Chooser chooser(std::move(all), kEnglish);
  lastack::test::expect_golden("tui/chooser.txt", drawn(chooser, 80, 24));
  auto small = options();
  small.can_order = small.can_size = true;
  Chooser chinese(std::move(small), kChinese);
  lastack::test::expect_golden("tui/chooser_small_zh.txt", drawn(chinese, 40, 12));
}

TEST_F(ChooserTest, SpaceTogglesAndEnterAccepts) {
  Chooser chooser(options(), kEnglish);
  EXPECT_TRUE(type(chooser, "  "));
  EXPECT_TRUE(chooser.key(kEnd));
  EXPECT_TRUE(chooser.key(kSpace));
  EXPECT_FALSE(chooser.key(kEnter));
  EXPECT_EQ(outcome(), "state local20 rtt+");
}

TEST_F(ChooserTest, EscapeAcceptsNothing) {
  Chooser chooser(options(), kEnglish);
  type(chooser, " ");
  EXPECT_FALSE(chooser.key(kEscape));
  EXPECT_EQ(outcome(), "nothing");
}

TEST_F(ChooserTest, ItemsMoveWithTheirCursor) {
  auto ordered = options();
  ordered.can_order = true;
  Chooser chooser(std::move(ordered), kEnglish);
  EXPECT_TRUE(type(chooser, "+--J"));
  EXPECT_THAT(drawn_on(chooser, Ground::Cursor), HasSubstr("State"));
  EXPECT_TRUE(type(chooser, "kK"));
  chooser.key(kEnter);
  EXPECT_EQ(outcome(), "rtt local+20 state+");
}

TEST_F(ChooserTest, WidthsChangeAndZeroIsAutomatic) {
  auto sized = options();
  sized.can_size = true;
  Chooser chooser(std::move(sized), kEnglish);
  EXPECT_TRUE(type(chooser, ">><<<"));
  EXPECT_THAT(drawn_on(chooser, Ground::Cursor), HasSubstr("auto"));
  EXPECT_TRUE(type(chooser, "j<j>>>"));
  chooser.key(kEnter);
  EXPECT_EQ(outcome(), "state+ local+19 rtt3");
}

TEST_F(ChooserTest, WhatIsNotOfferedDoesNothing) {
  Chooser chooser(options(), kEnglish);
  EXPECT_TRUE(type(chooser, "-+JK<>x"));
  EXPECT_THAT(drawn(chooser), Not(HasSubstr("width")));
  EXPECT_THAT(drawn(chooser), Not(HasSubstr("move")));
  EXPECT_THAT(drawn(chooser), Not(HasSubstr("auto")));
  chooser.key(kEnter);
  EXPECT_EQ(outcome(), "state+ local+20 rtt");
}

TEST_F(ChooserTest, OnlyOne) {
  auto one = options();
  one.only_one = true;
  one.choices[0].on = false;
  Chooser chooser(std::move(one), kEnglish);
  EXPECT_THAT(drawn_on(chooser, Ground::Cursor), HasSubstr("(*) Local"));
  chooser.key(kSpace);
  EXPECT_THAT(drawn_on(chooser, Ground::Cursor), HasSubstr("(*) Local"));
  chooser.key(kDown);
  EXPECT_FALSE(chooser.key(kEnter));
  EXPECT_EQ(outcome(), "state local20 rtt+");
}

TEST_F(ChooserTest, ClicksToggle) {
  Chooser chooser(options(), kEnglish);
  Canvas canvas(80, 24);
  chooser.draw(canvas);
  EXPECT_TRUE(chooser.mouse(click(place_of(canvas, "Round trip"))));
  EXPECT_TRUE(chooser.mouse(click(place_of(canvas, "Esc"))));
  chooser.key(kEnter);
  EXPECT_EQ(outcome(), "state+ local+20 rtt+");
  Chooser other(options(), kEnglish);
  other.draw(canvas);
  EXPECT_FALSE(other.mouse(click({0, 0})));
}

TEST_F(ChooserTest, LongListsScrollAndKeepTheHints) {
  auto many = options();
  for (int i = 0; i < 40; ++i) {
    auto const name = "column " + std::to_string(i);
    many.choices.push_back({.id = name, .label = name, .on = false, .width = 0});
  }
  Chooser chooser(std::move(many), kEnglish);
  EXPECT_THAT(drawn(chooser, 40, 12), HasSubstr("Enter accept"));
  chooser.key(kEnd);
  EXPECT_THAT(drawn(chooser, 40, 12), HasSubstr("column 39"));
  EXPECT_THAT(drawn(chooser, 40, 12), Not(HasSubstr("State")));
  chooser.key(kPageUp);
  chooser.key(kHome);
  EXPECT_THAT(drawn_on(chooser, Ground::Cursor, 40, 12), HasSubstr("State"));
}

TEST_F(ChooserTest, AnyCanvasAndNoChoices) {
  auto none = options();
  none.choices.clear();
  none.can_order = none.can_size = true;
  Chooser empty(std::move(none), kEnglish);
  Chooser chooser(options(), kEnglish);
  for (int width = 0; width < 12; ++width) {
    for (int height = 0; height < 8; ++height) {
      drawn(empty, width, height);
      drawn(chooser, width, height);
      EXPECT_TRUE(type(chooser, "jk"));
    }
  }
  EXPECT_TRUE(type(empty, " +-<>jk"));
  EXPECT_FALSE(empty.key(kEnter));
  EXPECT_EQ(outcome(), "");
}

}  // namespace
}  // namespace lastack::ui::tui
