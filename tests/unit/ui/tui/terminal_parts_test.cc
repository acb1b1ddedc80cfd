#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "ui/tui/ascii.hh"
#include "ui/tui/background.hh"
#include "ui/tui/base64.hh"
#include "ui/tui/utf8.hh"

namespace lastack::ui::tui {
namespace {

std::optional<bool> light(std::string input) { return take_background(input); }

TEST(Background, IsWhatTheTerminalAnswers) {
  EXPECT_EQ(light("\x1b]11;rgb:ffff/ffff/dddd\x1b\\"), true);
  EXPECT_EQ(light("\x1b]11;rgb:0000/0000/0000\x07"), false);
  EXPECT_EQ(light("\x1b]11;rgb:fd/f6/e3\x07"), true);
  EXPECT_EQ(light("\x1b]11;rgba:1c1c/1c1c/1c1c/ffff\x07"), false);
  EXPECT_EQ(light("\x1b]11;rgb:0000/0000/ffff\x07"), false);  // blue is dark
}

TEST(Background, WhatIsNoAnswerSaysNothing) {
  for (auto const* input : {"", "q", "\x1b]11;rgb:ffff/ffff/ffff", "\x1b]11;rgb:ffff/ffff/ffff\x1b",
                            "\x1b]11;rgb:ffff/ffff\x07", "\x1b]11;?\x07",
                            "\x1b]11;rgb:fffff/0/0\x07", "\x1b]11;rgb:xx/00/00\x07"}) {
    EXPECT_EQ(light(input), std::nullopt) << input;
  }
}

TEST(Background, WhatWasTypedMeanwhileStays) {
  std::string input = "ab\x1b]11;rgb:0000/0000/0000\x1b\\c";
  EXPECT_EQ(take_background(input), false);
  EXPECT_EQ(input, "abc");
}

TEST(Background, OfTheVariable) {
  EXPECT_EQ(background_of_variable("15;0"), false);
  EXPECT_EQ(background_of_variable("0;15"), true);
  EXPECT_EQ(background_of_variable("0;default;7"), true);
  EXPECT_EQ(background_of_variable("7;8"), false);
  for (auto const* value : {"", "15", "0;default", "0;x", "0;-1"}) {
    EXPECT_EQ(background_of_variable(value), std::nullopt) << value;
  }
}

TEST(Background, OnlyTerminalsThatKnowTheQuestionAreAsked) {
  EXPECT_TRUE(may_tell_background("xterm-256color"));
  EXPECT_TRUE(may_tell_background("tmux-256color"));
  for (auto const* term : {"linux", "vt100", "screen", "dumb", ""}) {
    EXPECT_FALSE(may_tell_background(term)) << term;
  }
}

// RFC 4648, section 10.
TEST(Base64, IsAsInTheRfc) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

TEST(Ascii, StandsForWhatIsNone) {
  EXPECT_EQ(ascii_for("a"), "a");
  EXPECT_EQ(ascii_for("─"), "-");
  EXPECT_EQ(ascii_for("▼"), "v");
  EXPECT_EQ(ascii_for("中"), "?");
}

TEST(Characters, AreSteppedOverWhole) {
  std::string const text = "a中e\u0301z";
  std::vector<std::size_t> stops{0};
  while (stops.back() < text.size()) stops.push_back(next_character(text, stops.back()));
  EXPECT_EQ(stops, (std::vector<std::size_t>{0, 1, 4, 7, 8}));
  for (std::size_t i = 1; i < stops.size(); ++i) {
    EXPECT_EQ(previous_character(text, stops[i]), stops[i - 1]);
  }
  EXPECT_EQ(previous_character(text, 0), 0U);
  EXPECT_EQ(next_character("\xff\xfe", 0), 1U);
}

TEST(Characters, AreWrittenAsUtf8) {
  std::string out;
  for (Key const code : {0x61U, 0xe9U, 0x4e2dU, 0x1f600U, 0xd800U, 0x110000U}) {
    append_utf8(out, code);
  }
  EXPECT_EQ(out, "aé中😀\uFFFD\uFFFD");
}

}  // namespace
}  // namespace lastack::ui::tui
