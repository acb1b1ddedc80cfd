// Typing and moving in a line of UTF-8.
#include "ui/tui/line_editor.hh"

#include <gtest/gtest.h>

#include "support.hh"

namespace lastack::ui::tui {
namespace {

using test::type;

TEST(LineEditor, TypesWhereTheCursorIs) {
  LineEditor editor("ac");
  EXPECT_EQ(editor.cursor(), 2U);
  EXPECT_TRUE(editor.key(kLeft));
  EXPECT_TRUE(type(editor, "b"));
  EXPECT_EQ(editor.text(), "abc");
  EXPECT_EQ(editor.cursor(), 2U);
}

TEST(LineEditor, MovesByCharactersNotBytes) {
  LineEditor editor("aé端🦊");
  std::vector<std::size_t> places;
  for (int i = 0; i < 5; ++i) {
    places.push_back(editor.cursor());
    editor.key(kLeft);
  }
  EXPECT_EQ(places, (std::vector<std::size_t>{10, 6, 3, 1, 0}));
  editor.key(kLeft);
  EXPECT_EQ(editor.cursor(), 0U);
  editor.key(kRight);
  editor.key(kRight);
  EXPECT_EQ(editor.cursor(), 3U);
  editor.key(kEnd);
  editor.key(kRight);
  EXPECT_EQ(editor.cursor(), 10U);
}

TEST(LineEditor, ACombiningMarkGoesWithItsLetter) {
  LineEditor editor("xe\xcc\x81");  // e and U+0301
  editor.key(kLeft);
  EXPECT_EQ(editor.cursor(), 1U);
  editor.key(kDelete);
  EXPECT_EQ(editor.text(), "x");
}

TEST(LineEditor, DeletesOnBothSides) {
  LineEditor editor("端点x");
  editor.key(kHome);
  EXPECT_TRUE(editor.key(kBackspace));  // nothing there, but its key all the same
  EXPECT_EQ(editor.text(), "端点x");
  editor.key(kDelete);
  EXPECT_EQ(editor.text(), "点x");
  editor.key(kEnd);
  editor.key(kDelete);
  editor.key(kBackspace);
  editor.key(kBackspace);
  EXPECT_EQ(editor.text(), "");
}

TEST(LineEditor, ControlKeysAsInAShell) {
  LineEditor editor("state established  ");
  EXPECT_TRUE(editor.key(control('w')));
  EXPECT_EQ(editor.text(), "state ");
  editor.set("one two three");
  editor.key(control('a'));
  EXPECT_EQ(editor.cursor(), 0U);
  editor.key(control('e'));
  EXPECT_EQ(editor.cursor(), 13U);
  for (int i = 0; i < 6; ++i) editor.key(kLeft);
  editor.key(control('k'));
  EXPECT_EQ(editor.text(), "one two");
  for (int i = 0; i < 3; ++i) editor.key(kLeft);
  editor.key(control('u'));
  EXPECT_EQ(editor.text(), "two");
  EXPECT_EQ(editor.cursor(), 0U);
  editor.key(control('w'));
  EXPECT_EQ(editor.text(), "two");
}

TEST(LineEditor, TakesOnlyWhatATerminalShows) {
  LineEditor editor;
  for (Key const key : {Key{kEscape}, Key{0x7f}, Key{0x9b}, Key{0x202e}, Key{0x200b}, Key{0xd800},
                        Key{kUp}, Key{kF5}, kAlt | 'x', control('z'), Key{kTab}, Key{0}}) {
    EXPECT_FALSE(editor.key(key)) << key;
  }
  EXPECT_EQ(editor.text(), "");
  EXPECT_TRUE(editor.key(0x7aef));
  EXPECT_TRUE(editor.key(' '));
  EXPECT_EQ(editor.text(), "端 ");
}

TEST(LineEditor, WhatIsSetIsMadeHarmless) {
  LineEditor editor("a\x1b[31m\nb\xff");
  EXPECT_EQ(editor.text(), "a [31m b\xef\xbf\xbd");
  EXPECT_EQ(editor.cursor(), editor.text().size());
}

}  // namespace
}  // namespace lastack::ui::tui
