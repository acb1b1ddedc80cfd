// The bar with a typed answer.
#include "ui/tui/input_line.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "support.hh"
#include "support/golden.hh"

namespace lastack::ui::tui {
namespace {

using test::drawn;
using test::drawn_on;
using test::kAscii;
using test::kChinese;
using test::kEnglish;
using test::type;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

InputLine::Options filter(std::string text = {}) {
  return {.title = {"Filter", "过滤"},
          .text = std::move(text),
          .history = {},
          .changed = nullptr,
          .accept = nullptr,
          .cancel = nullptr};
}

TEST(InputLine, TellsEveryChangeAndNothingElse) {
  std::vector<std::string> told;
  auto options = filter("a");
  options.changed = [&](std::string const& text) {
    told.push_back(text);
    return std::string();
  };
  InputLine line(std::move(options), kEnglish);
  EXPECT_TRUE(line.key('b'));
  EXPECT_TRUE(line.key(kLeft));
  EXPECT_TRUE(line.key(kF5));
  EXPECT_TRUE(line.key(kBackspace));
  EXPECT_THAT(told, ElementsAre("ab", "b"));
}

TEST(InputLine, EnterClosesOnlyWhenTheTextIsAccepted) {
  std::vector<std::string> asked;
  auto options = filter("bad");
  options.accept = [&](std::string const& text) {
    asked.push_back(text);
    return text == "good";
  };
  InputLine line(std::move(options), kEnglish);
  EXPECT_TRUE(line.key(kEnter));
  EXPECT_TRUE(line.key(control('u')));
  EXPECT_TRUE(type(line, "good"));
  EXPECT_FALSE(line.key(kEnter));
  EXPECT_THAT(asked, ElementsAre("bad", "good"));
}

TEST(InputLine, EscapeCancels) {
  int cancelled = 0;
  auto options = filter("x");
  options.cancel = [&] { ++cancelled; };
  options.accept = [](std::string const&) {
    ADD_FAILURE() << "accepted";
    return true;
  };
  InputLine line(std::move(options), kEnglish);
  EXPECT_FALSE(line.key(kEscape));
  EXPECT_EQ(cancelled, 1);
}

TEST(InputLine, WalksTheHistoryAndComesBackToWhatWasTyped) {
  std::vector<std::string> told;
  auto options = filter();
  options.history = {"first", "second"};
  options.changed = [&](std::string const& text) {
    told.push_back(text);
    return std::string();
  };
  InputLine line(std::move(options), kEnglish);
  type(line, "t");
  for (Key const key : {kUp, kUp, kUp, kDown, kDown, kDown}) EXPECT_TRUE(line.key(key));
  EXPECT_THAT(told, ElementsAre("t", "second", "first", "second", "t"));
  EXPECT_THAT(drawn(line), HasSubstr("> t\n"));
}

TEST(InputLine, StandsAtTheBottomWithItsCursor) {
  InputLine line(filter("state"), kEnglish);
  Canvas canvas(80, 24);
  line.draw(canvas);
  EXPECT_EQ(test::place_of(canvas, "> state").y, 22);
  EXPECT_EQ(test::place_of(canvas, "Filter").y, 21);
  EXPECT_EQ(canvas.at(7, 22).style.ground, Ground::Cursor);
  line.key(kHome);
  EXPECT_EQ(drawn_on(line, Ground::Cursor), "s");
}

TEST(InputLine, AnErrorPointsAtItsColumn) {
  auto options = filter();
  options.changed = [](std::string const&) {
    return std::string("column 9: no such state 'esta'");
  };
  InputLine line(std::move(options), kEnglish);
  line.key(0x7aef);
  type(line, " sport esta");
  lastack::test::expect_golden("tui/input_error.txt", drawn(line, 60, 6));
  Canvas canvas(60, 6);
  line.draw(canvas);
  auto const mark = test::place_of(canvas, "^ column 9");
  EXPECT_EQ(canvas.at(mark.x, mark.y).style.ink, Ink::Bad);
}

TEST(InputLine, AnErrorAtTheRightEdgeIsStillRead) {
  auto options = filter(std::string(35, 'a'));
  options.changed = [](std::string const& text) {
    return "column " + std::to_string(text.size()) + ": no such field";
  };
  InputLine line(std::move(options), kAscii);
  type(line, "z");
  Canvas canvas(40, 12);
  line.draw(canvas);
  EXPECT_EQ(test::place_of(canvas, "column 36: no such field ^").y, 11);
  EXPECT_EQ(test::place_of(canvas, "^").x, 2 + 35);
}

TEST(InputLine, ALongErrorIsCutAndThePlaceIsShaded) {
  auto options = filter("aaaa");
  options.changed = [](std::string const&) { return "column 2: " + std::string(60, 'w'); };
  InputLine line(std::move(options), kAscii);
  type(line, "a");
  EXPECT_EQ(drawn_on(line, Ground::Match, 40, 12), "a");
  EXPECT_THAT(drawn(line, 40, 12), HasSubstr("column 2: wwww"));
}

TEST(InputLine, OtherErrorsHaveNoMark) {
  for (std::string const error : {"nothing matches", "column x: y", "column 3", "column 0: y"}) {
    auto options = filter();
    options.changed = [&](std::string const&) { return error; };
    InputLine line(std::move(options), kEnglish);
    line.key('a');
    EXPECT_THAT(drawn(line), HasSubstr(error));
    EXPECT_THAT(drawn(line), Not(HasSubstr("^")));
  }
}

TEST(InputLine, ALongTextScrollsWithTheCursor) {
  InputLine line(filter("begin " + std::string(60, 'x') + " the end"), kEnglish);
  EXPECT_THAT(drawn(line, 40, 12), HasSubstr("the end"));
  EXPECT_THAT(drawn(line, 40, 12), Not(HasSubstr("begin")));
  EXPECT_EQ(drawn_on(line, Ground::Cursor, 40, 12), " ");
  line.key(kHome);
  EXPECT_THAT(drawn(line, 40, 12), HasSubstr("> begin"));
}

TEST(InputLine, TheCursorIsSeenWhateverIsUnderIt) {
  InputLine line(filter(std::string(10, 'a') + "端点端点端点端点端点端点端点e\xcc\x81"), kEnglish);
  for (int i = 0; i < 26; ++i) {
    EXPECT_THAT(drawn_on(line, Ground::Cursor, 20, 5), Not(IsEmpty())) << i;
    line.key(kLeft);
  }
  line.key(kEnd);
  line.key(kLeft);
  EXPECT_EQ(drawn_on(line, Ground::Cursor, 20, 5), "e\xcc\x81");
}

TEST(InputLine, AClickPutsTheCursorThere) {
  InputLine line(filter("端点x"), kChinese);
  EXPECT_THAT(drawn(line, 40, 12), HasSubstr("过滤"));
  EXPECT_TRUE(line.mouse({.x = 4, .y = 10, .button = MouseButton::Left}));
  EXPECT_EQ(drawn_on(line, Ground::Cursor, 40, 12), "点");
  EXPECT_TRUE(line.mouse({.x = 39, .y = 10, .button = MouseButton::Left}));
  EXPECT_EQ(drawn_on(line, Ground::Cursor, 40, 12), " ");
}

TEST(InputLine, AnyCanvasWillDo) {
  InputLine line(filter("text"), kEnglish);
  for (int width = 0; width < 8; ++width) {
    for (int height = 0; height < 5; ++height) drawn(line, width, height);
  }
  EXPECT_EQ(drawn(line, 20, 1), "> text\n");
}

}  // namespace
}  // namespace lastack::ui::tui
