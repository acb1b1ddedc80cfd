// Dialogs that ask: only what was chosen is run.
#include "ui/tui/question.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hh"
#include "support/golden.hh"

namespace lastack::ui::tui {
namespace {

using test::click;
using test::drawn;
using test::drawn_on;
using test::kEnglish;
using test::place_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class QuestionTest : public ::testing::Test {
 protected:
  Question::Button button(std::string label, Key hot = 0) {
    return {.label = label, .hot = hot, .run = [this, label] { ran.push_back(label); }};
  }
  std::vector<Question::Button> buttons() {
    return {button("Cancel", 'n'), button("Terminate", 't'), button("Kill", 'k')};
  }
  static std::vector<std::string> numbered(int count) {
    std::vector<std::string> lines;
    for (int i = 0; i < count; ++i) lines.push_back("line " + std::to_string(i) + ".");
    return lines;
  }
  std::vector<std::string> ran;
};

TEST_F(QuestionTest, LooksAsItShould) {
  Question question("End nginx[1234]?",
                    {"/usr/sbin/nginx -g daemon off;", "user root, 2 children, 14 other sockets",
                     "", "Its connections are closed with it."},
                    buttons(), 0, kEnglish);
  lastack::test::expect_golden("tui/question.txt", drawn(question, 80, 24));
  Question small("End nginx[1234]?", numbered(30), buttons(), 1, test::kAscii);
  lastack::test::expect_golden("tui/question_small_ascii.txt", drawn(small, 40, 12));
}

TEST_F(QuestionTest, EnterRunsTheChosenOne) {
  Question first("q", {"text"}, buttons(), 0, kEnglish);
  EXPECT_FALSE(first.key(kEnter));
  Question other("q", {"text"}, buttons(), 2, kEnglish);
  EXPECT_THAT(drawn_on(other, Ground::Cursor), HasSubstr("Kill"));
  EXPECT_FALSE(other.key(kEnter));
  Question beyond("q", {"text"}, buttons(), 99, kEnglish);
  EXPECT_FALSE(beyond.key(kEnter));
  EXPECT_THAT(ran, ElementsAre("Cancel", "Kill", "Kill"));
}

TEST_F(QuestionTest, KeysGoRoundTheButtons) {
  Question question("q", {"text"}, buttons(), 0, kEnglish);
  std::vector<std::string> seen;
  for (Key const key : {kRight, kTab, kTab, kLeft, kBackTab}) {
    EXPECT_TRUE(question.key(key));
    seen.push_back(drawn_on(question, Ground::Cursor));
  }
  EXPECT_THAT(seen,
              ElementsAre("[ Terminate ]", "[ Kill ]", "[ Cancel ]", "[ Kill ]", "[ Terminate ]"));
  EXPECT_FALSE(question.key(kEnter));
  EXPECT_THAT(ran, ElementsAre("Terminate"));
}

TEST_F(QuestionTest, HotKeysRunAtOnceAndOthersDoNothing) {
  Question question("q", {"text"}, buttons(), 0, kEnglish);
  for (Key const key : {Key{'y'}, Key{'x'}, Key{kSpace}, Key{0}, Key{kF9}}) {
    EXPECT_TRUE(question.key(key));
  }
  EXPECT_THAT(ran, IsEmpty());
  EXPECT_FALSE(question.key('k'));
  EXPECT_THAT(ran, ElementsAre("Kill"));
}

TEST_F(QuestionTest, EscapeRunsNothing) {
  Question question("q", {"text"}, buttons(), 2, kEnglish);
  EXPECT_FALSE(question.key(kEscape));
  EXPECT_THAT(ran, IsEmpty());
}

TEST_F(QuestionTest, ManyLinesScroll) {
  Question question("q", numbered(30), buttons(), 0, kEnglish);
  EXPECT_THAT(drawn(question, 40, 12), HasSubstr("line 0."));
  question.key(kDown);
  EXPECT_THAT(drawn(question, 40, 12), Not(HasSubstr("line 0.")));
  question.key(kUp);
  question.key(kUp);
  EXPECT_THAT(drawn(question, 40, 12), HasSubstr("line 0."));
  for (int i = 0; i < 10; ++i) question.key(kPageDown);
  EXPECT_THAT(drawn(question, 40, 12), HasSubstr("line 29."));
  EXPECT_THAT(drawn(question, 40, 12), HasSubstr("[ Kill ]"));
  question.key(kPageUp);
  EXPECT_THAT(drawn(question, 40, 12), Not(HasSubstr("line 29.")));
  question.mouse({.x = 0, .y = 0, .button = MouseButton::WheelDown});
  question.mouse({.x = 0, .y = 0, .button = MouseButton::WheelDown});
  question.mouse({.x = 0, .y = 0, .button = MouseButton::WheelDown});
  EXPECT_THAT(drawn(question, 40, 12), HasSubstr("line 29."));
  // A larger screen shows them all.
  EXPECT_THAT(drawn(question, 40, 40), HasSubstr("line 0."));
}

TEST_F(QuestionTest, ClicksOnButtonsOnly) {
  Question question("q", {"text of some length"}, buttons(), 0, kEnglish);
  Canvas canvas(80, 24);
  question.draw(canvas);
  EXPECT_TRUE(question.mouse(click({0, 0})));
  EXPECT_TRUE(question.mouse(click(place_of(canvas, "text"))));
  EXPECT_THAT(ran, IsEmpty());
  EXPECT_FALSE(question.mouse(click(place_of(canvas, "Terminate"))));
  EXPECT_THAT(ran, ElementsAre("Terminate"));
}

TEST_F(QuestionTest, ButtonsThatDoNotFitInALineGetAnother) {
  Question question("q", {"text"}, {button("a rather long button"), button("another long button")},
                    0, kEnglish);
  auto const text = drawn(question, 40, 12);
  EXPECT_THAT(text, HasSubstr("[ a rather long button ]"));
  EXPECT_THAT(text, HasSubstr("[ another long button ]"));
}

TEST_F(QuestionTest, AnyCanvasWillDo) {
  Question question("title", numbered(5), buttons(), 1, kEnglish);
  for (int width = 0; width < 12; ++width) {
    for (int height = 0; height < 8; ++height) {
      drawn(question, width, height);
      question.key(kDown);
      question.key(kPageUp);
    }
  }
  Question without("title", {}, {}, 0, kEnglish);
  drawn(without);
  EXPECT_TRUE(without.key(kTab));
  EXPECT_FALSE(without.key(kEnter));
}

}  // namespace
}  // namespace lastack::ui::tui
