// Menus: what can be chosen, how, and what cannot.
#include "ui/tui/menu.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hh"
#include "support/golden.hh"

namespace lastack::ui::tui {
namespace {

using test::click;
using test::drawn;
using test::drawn_on;
using test::kAscii;
using test::kEnglish;
using test::place_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class MenuTest : public ::testing::Test {
 protected:
  MenuItem item(std::string label, std::string key = {}, std::string why_not = {},
                char32_t hot = 0) {
    return {.label = label,
            .key = std::move(key),
            .run = [this, label] { ran.push_back(label); },
            .why_not = std::move(why_not),
            .separator = false,
            .hot = hot};
  }
  static MenuItem line() {
    return {.label = {}, .key = {}, .run = nullptr, .why_not = {}, .separator = true, .hot = 0};
  }
  std::vector<MenuItem> row_menu() {
    return {item("Details", "Enter"),         item("Explain", "e"),      line(),
            item("Close", "x", "needs root"), item("End process", "F9"), item("Echo", "", "", 'o')};
  }
  std::vector<MenuItem> many(int count) {
    std::vector<MenuItem> items;
    for (int i = 0; i < count; ++i) items.push_back(item("item " + std::to_string(i)));
    return items;
  }
  std::vector<std::string> ran;
};

TEST_F(MenuTest, LooksAsItShould) {
  Menu menu("10.0.0.1:443", row_menu(), std::nullopt, kEnglish);
  lastack::test::expect_golden("tui/menu.txt", drawn(menu, 80, 24));
  Menu small("10.0.0.1:443", row_menu(), std::pair{70, 20}, kAscii);
  lastack::test::expect_golden("tui/menu_at_corner_ascii.txt", drawn(small, 40, 12));
}

TEST_F(MenuTest, ArrowsPassOverWhatCannotBeChosen) {
  Menu menu("m", row_menu(), std::nullopt, kEnglish);
  std::vector<std::string> seen;
  for (Key const key : {Key{kUp}, Key{'j'}, Key{kDown}, Key{kDown}, Key{kDown}, Key{'k'}, Key{kUp},
                        Key{kEnd}, Key{kHome}}) {
    EXPECT_TRUE(menu.key(key));
    auto label = drawn_on(menu, Ground::Cursor);
    seen.push_back(label.substr(1, label.find("  ") - 1));
  }
  EXPECT_THAT(seen, ElementsAre("Details", "Explain", "End process", "Echo", "Echo", "End process",
                                "Explain", "Echo", "Details"));
  EXPECT_THAT(ran, IsEmpty());
}

TEST_F(MenuTest, EnterRunsAndCloses) {
  Menu menu("m", row_menu(), std::nullopt, kEnglish);
  menu.key(kDown);
  EXPECT_FALSE(menu.key(kEnter));
  EXPECT_THAT(ran, ElementsAre("Explain"));
}

TEST_F(MenuTest, LettersJumpAndHotOnesRun) {
  Menu menu("m", row_menu(), std::nullopt, kEnglish);
  EXPECT_TRUE(menu.key('e'));
  EXPECT_THAT(drawn_on(menu, Ground::Cursor), HasSubstr("Explain"));
  EXPECT_TRUE(menu.key('E'));
  EXPECT_THAT(drawn_on(menu, Ground::Cursor), HasSubstr("End process"));
  EXPECT_TRUE(menu.key('c'));  // disabled
  EXPECT_THAT(drawn_on(menu, Ground::Cursor), HasSubstr("End process"));
  EXPECT_FALSE(menu.key('o'));
  EXPECT_THAT(ran, ElementsAre("Echo"));
}

TEST_F(MenuTest, EscapeAndQCloseAndRunNothing) {
  for (Key const key : {Key{kEscape}, Key{'q'}}) {
    Menu menu("m", row_menu(), std::nullopt, kEnglish);
    EXPECT_FALSE(menu.key(key));
  }
  EXPECT_THAT(ran, IsEmpty());
}

TEST_F(MenuTest, NothingToChooseIsNothingRun) {
  Menu all_off("m", {line(), item("a", "", "no")}, std::nullopt, kEnglish);
  EXPECT_TRUE(all_off.key(kEnter));
  EXPECT_TRUE(all_off.key(kDown));
  EXPECT_THAT(drawn_on(all_off, Ground::Cursor), IsEmpty());
  Menu empty("m", {}, std::nullopt, kEnglish);
  for (Key const key : {kEnter, kUp, kDown, kHome, kEnd}) EXPECT_TRUE(empty.key(key));
  EXPECT_THAT(drawn(empty), HasSubstr("m"));
  EXPECT_THAT(ran, IsEmpty());
}

TEST_F(MenuTest, ClicksChoose) {
  Menu menu("m", row_menu(), std::pair{5, 3}, kEnglish);
  Canvas canvas(80, 24);
  menu.draw(canvas);
  EXPECT_EQ(place_of(canvas, "┌").x, 5);
  EXPECT_EQ(place_of(canvas, "┌").y, 3);
  EXPECT_TRUE(menu.mouse(click(place_of(canvas, "Close"))));
  EXPECT_TRUE(menu.mouse(click({5, 3})));
  EXPECT_THAT(ran, IsEmpty());
  EXPECT_FALSE(menu.mouse(click(place_of(canvas, "End process"))));
  EXPECT_THAT(ran, ElementsAre("End process"));
  EXPECT_FALSE(menu.mouse(click({0, 0})));
  EXPECT_EQ(ran.size(), 1U);
}

TEST_F(MenuTest, TallerThanTheScreenItScrolls) {
  Menu menu("m", many(30), std::nullopt, kEnglish);
  EXPECT_THAT(drawn(menu, 40, 12), HasSubstr("item 9"));
  EXPECT_THAT(drawn(menu, 40, 12), Not(HasSubstr("item 10")));
  menu.key(kEnd);
  EXPECT_THAT(drawn(menu, 40, 12), HasSubstr("item 29"));
  EXPECT_THAT(drawn(menu, 40, 12), Not(HasSubstr("item 19")));
  EXPECT_TRUE(menu.mouse({.x = 0, .y = 0, .button = MouseButton::WheelUp}));
  EXPECT_THAT(drawn(menu, 40, 12), HasSubstr("item 17"));
  for (int i = 0; i < 50; ++i) menu.mouse({.x = 0, .y = 0, .button = MouseButton::WheelDown});
  Canvas canvas(40, 12);
  menu.draw(canvas);
  EXPECT_FALSE(menu.mouse(click(place_of(canvas, "item 22"))));
  EXPECT_THAT(ran, ElementsAre("item 22"));
}

TEST_F(MenuTest, AnyCanvasWillDo) {
  Menu menu("a title", row_menu(), std::pair{3, 2}, kEnglish);
  for (int width = 0; width < 12; ++width) {
    for (int height = 0; height < 6; ++height) drawn(menu, width, height);
  }
  EXPECT_THAT(drawn(menu, 12, 4), HasSubstr("Details"));
}

}  // namespace
}  // namespace lastack::ui::tui
