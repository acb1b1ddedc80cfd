// The help screen: whatever a key does is on it.
#include "ui/tui/help.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support.hh"
#include "support/golden.hh"
#include "ui/tui/keys.hh"

namespace lastack::ui::tui {
namespace {

using test::drawn;
using test::kAscii;
using test::kChinese;
using test::kEnglish;
using ::testing::HasSubstr;

// Everything that is seen from the first line to the last.
std::string all_of(HelpPage& page, int width, int height) {
  std::string all;
  std::string before;
  for (int i = 0; i < 200; ++i) {
    auto const now = drawn(page, width, height);
    if (now == before) return all;
    all += now;
    before = now;
    EXPECT_TRUE(page.key(kPageDown));
  }
  ADD_FAILURE() << "it does not end";
  return all;
}

TEST(Help, EveryBindingIsThere) {
  for (auto const& style : {kEnglish, kChinese, kAscii}) {
    for (auto const& [width, height] : {std::pair{80, 24}, {120, 40}, {100, 24}}) {
      HelpPage page(style);
      auto const all = all_of(page, width, height);
      for (auto const& binding : bindings()) {
        auto const text = std::string(binding.help.in(style.language));
        // In two columns long texts are broken.
        EXPECT_THAT(all, HasSubstr(width < 100 ? text : text.substr(0, 6)));
        for (auto const key : binding.keys) {
          if (key == 0) continue;
          EXPECT_THAT(all, HasSubstr(name_of(key, style.unicode)));
        }
      }
      for (int i = 0; i < kKeyGroupCount; ++i) {
        EXPECT_THAT(all,
                    HasSubstr(std::string(title(static_cast<KeyGroup>(i)).in(style.language))));
      }
    }
  }
}

TEST(Help, Titles) {
  HelpPage english(kEnglish);
  EXPECT_THAT(drawn(english), HasSubstr("lastack - keys"));
  HelpPage chinese(kChinese);
  EXPECT_THAT(drawn(chinese), HasSubstr("lastack 按键"));
}

TEST(Help, LooksAsItShould) {
  HelpPage english(kEnglish);
  lastack::test::expect_golden("tui/help_en_80.txt", all_of(english, 80, 24));
  HelpPage chinese(kChinese);
  lastack::test::expect_golden("tui/help_zh_120.txt", all_of(chinese, 120, 40));
}

TEST(Help, ExplainsMarksAndColours) {
  for (auto const& style : {kEnglish, kChinese}) {
    HelpPage page(style);
    Canvas canvas(80, 24);
    std::string marks;
    page.draw(canvas);
    page.key(kEnd);
    page.draw(canvas);
    for (auto const ground : {Ground::New, Ground::Changed, Ground::Gone, Ground::Tagged}) {
      marks += test::on_ground(canvas, ground);
    }
    EXPECT_EQ(marks, "+~-*");
    auto const place = test::place_of(canvas, "CLOSE_WAIT");
    ASSERT_GE(place.x, 0);
    EXPECT_EQ(canvas.at(place.x, place.y).style.ink, Ink::Warning);
  }
}

TEST(Help, ClosesWithTheKeysThatOpenIt) {
  for (auto const key : binding_of(Action::Help)->keys) {
    HelpPage page(kEnglish);
    if (key == 0) continue;
    EXPECT_FALSE(page.key(key)) << name_of(key, true);
  }
  for (Key const key : {Key{kEscape}, Key{'q'}}) {
    HelpPage page(kEnglish);
    EXPECT_FALSE(page.key(key));
  }
}

TEST(Help, ScrollsBothWays) {
  HelpPage page(kEnglish);
  auto const first = drawn(page);
  EXPECT_TRUE(page.key('j'));
  EXPECT_NE(drawn(page), first);
  EXPECT_TRUE(page.key('k'));
  EXPECT_TRUE(page.key(kUp));
  EXPECT_EQ(drawn(page), first);
  EXPECT_TRUE(page.mouse({.x = 0, .y = 0, .button = MouseButton::WheelDown}));
  EXPECT_NE(drawn(page), first);
  EXPECT_TRUE(page.mouse({.x = 0, .y = 0, .button = MouseButton::WheelUp}));
  EXPECT_EQ(drawn(page), first);
}

TEST(Help, AnyCanvasWillDo) {
  HelpPage page(kChinese);
  for (int width = 0; width < 45; ++width) {
    for (int height = 0; height < 8; ++height) drawn(page, width, height);
  }
}

TEST(Help, InAsciiAllIsAscii) {
  HelpPage page(kAscii);
  for (char const c : all_of(page, 80, 24)) {
    ASSERT_LT(static_cast<unsigned char>(c), 0x80);
  }
}

}  // namespace
}  // namespace lastack::ui::tui
