// Reading: scrolling, and following what is still being written.
#include "ui/tui/pager.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hh"

namespace lastack::ui::tui {
namespace {

using test::drawn;
using test::kEnglish;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> numbered(int count) {
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) lines.push_back("line " + std::to_string(i) + ".");
  return lines;
}

std::string small(Pager& pager) { return drawn(pager, 40, 12); }  // ten lines

TEST(Pager, Scrolls) {
  Pager pager("title", numbered(30), kEnglish);
  EXPECT_THAT(small(pager), HasSubstr("line 0."));
  EXPECT_THAT(small(pager), HasSubstr("line 9."));
  EXPECT_THAT(small(pager), Not(HasSubstr("line 10.")));
  struct Step {
    Key key;
    int first;
  };
  for (auto const& [key, first] : {Step{kUp, 0},
                                   {kDown, 1},
                                   {'j', 2},
                                   {'k', 1},
                                   {kPageDown, 10},
                                   {kPageUp, 1},
                                   {kEnd, 20},
                                   {kDown, 20},
                                   {kHome, 0},
                                   {'x', 0}}) {
    EXPECT_TRUE(pager.key(key));
    EXPECT_THAT(small(pager), HasSubstr("│ line " + std::to_string(first) + "."));
    if (first > 0) {
      EXPECT_THAT(small(pager), Not(HasSubstr("line " + std::to_string(first - 1) + ".")));
    }
  }
  EXPECT_TRUE(pager.mouse({.x = 0, .y = 0, .button = MouseButton::WheelDown}));
  EXPECT_THAT(small(pager), Not(HasSubstr("line 2.")));
  EXPECT_TRUE(pager.mouse({.x = 0, .y = 0, .button = MouseButton::WheelUp}));
  EXPECT_THAT(small(pager), HasSubstr("line 0."));
}

TEST(Pager, FollowsTheEndWhileAtTheEnd) {
  Pager pager("title", {}, kEnglish);
  for (int i = 0; i < 30; ++i) {
    pager.append("line " + std::to_string(i) + ".");
    EXPECT_THAT(small(pager), HasSubstr("line " + std::to_string(i) + "."));
  }
  pager.key(kUp);
  pager.append("late");
  EXPECT_THAT(small(pager), Not(HasSubstr("late")));
  pager.key(kEnd);
  pager.append("latest");
  EXPECT_THAT(small(pager), HasSubstr("latest"));
}

TEST(Pager, LinesThatComeBeforeItIsDrawn) {
  Pager pager("title", {}, kEnglish);
  for (int i = 0; i < 30; ++i) pager.append("line " + std::to_string(i) + ".");
  EXPECT_THAT(small(pager), HasSubstr("line 29."));
}

TEST(Pager, OtherLinesKeepThePlace) {
  Pager pager("title", numbered(30), kEnglish);
  small(pager);
  for (int i = 0; i < 5; ++i) pager.key(kDown);
  pager.set(numbered(40));
  EXPECT_THAT(small(pager), HasSubstr("│ line 5."));
  pager.set(numbered(3));
  EXPECT_THAT(small(pager), HasSubstr("line 0."));
  pager.set({});
  EXPECT_THAT(small(pager), Not(HasSubstr("line")));
}

TEST(Pager, OtherLinesStayAtTheTopOrTheEnd) {
  Pager pager("title", numbered(5), kEnglish);
  small(pager);
  pager.set(numbered(30));
  EXPECT_THAT(small(pager), HasSubstr("line 0."));
  pager.key(kEnd);
  pager.set(numbered(50));
  EXPECT_THAT(small(pager), HasSubstr("line 49."));
}

TEST(Pager, LongLinesAreCutAndScrolledSideways) {
  Pager pager("title", {"begin" + std::string(60, '-') + "端end"}, kEnglish);
  EXPECT_THAT(small(pager), HasSubstr("--…"));
  for (int i = 0; i < 20; ++i) pager.key(kRight);
  EXPECT_THAT(small(pager), HasSubstr("端end │"));
  EXPECT_THAT(small(pager), HasSubstr("│ ---"));
  for (int i = 0; i < 20; ++i) pager.key(kLeft);
  EXPECT_THAT(small(pager), HasSubstr("│ begin"));
}

TEST(Pager, ClosesOnceAndSaysSo) {
  for (Key const key : {Key{kEscape}, Key{'q'}, Key{kEnter}}) {
    int closed = 0;
    Pager pager("title", {}, kEnglish);
    pager.on_close([&] { ++closed; });
    EXPECT_TRUE(pager.key(kDown));
    EXPECT_EQ(closed, 0);
    EXPECT_FALSE(pager.key(key));
    EXPECT_FALSE(pager.key(key));
    EXPECT_EQ(closed, 1);
  }
}

TEST(Pager, AnyCanvasWillDo) {
  Pager pager("title", numbered(30), kEnglish);
  for (int width = 0; width < 12; ++width) {
    for (int height = 0; height < 8; ++height) {
      drawn(pager, width, height);
      pager.key(kPageDown);
      pager.key(kRight);
    }
  }
  EXPECT_THAT(drawn(pager, 80, 24), HasSubstr("title"));
}

}  // namespace
}  // namespace lastack::ui::tui
