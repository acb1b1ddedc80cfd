#include "base/text.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace lastack::base {
namespace {

TEST(Printable, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(printable("nginx: worker process"), "nginx: worker process");
  EXPECT_EQ(printable("日本語 é ß 🦊"), "日本語 é ß 🦊");
}

TEST(Printable, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(printable("\x1b[31mred"), "\\e[31mred");
  EXPECT_EQ(printable("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(printable(std::string_view("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\u{009b}");  // C1 control sequence introducer
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "gpj"),
            "\\u{202e}gpj");                       // right-to-left override
  EXPECT_EQ(printable("\xff\xc3"), "\\xff\\xc3");  // no UTF-8
  EXPECT_EQ(printable("C:\\x41"), "C:\\\\x41");    // so that escapes are unambiguous
}

TEST(Message, EscapesOnce) {
  std::string out;
  append_message(out, "bad '" + printable("\x1b\\d\n") + "'\x1b");
  EXPECT_EQ(out, "bad '\\e\\\\d\\n'\\e");
}

TEST(Printable, IsSafeForEveryPairOfBytes) {
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      auto const text = printable(std::string{static_cast<char>(a), static_cast<char>(b)});
      ASSERT_TRUE(is_valid_utf8(text));
      ASSERT_TRUE(
          std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
    }
  }
}

TEST(ValidUtf8, ReplacesOnlyBrokenBytes) {
  std::string out;
  append_valid_utf8(out, "ok\xff\n\xe2\x82");
  EXPECT_EQ(out, "ok\xEF\xBF\xBD\n\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_TRUE(is_valid_utf8(out));
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U);  // combining acute
}

TEST(Cut, EndsInTheMarkAndNeverInsideACharacter) {
  auto const cut = [](std::string_view text, std::size_t width) {
    std::string out;
    append_cut(out, text, width, "…");
    return out;
  };
  EXPECT_EQ(cut("firefox", 7), "firefox");
  EXPECT_EQ(cut("firefox-bin", 7), "firefo…");
  EXPECT_EQ(cut("日本語", 4), "日…");
  EXPECT_EQ(cut("abc", 1), "…");
  EXPECT_EQ(cut("abc", 0), "");
}

TEST(EditDistance, IsThatOfTypists) {
  EXPECT_EQ(edit_distance("state", "state"), 0U);
  EXPECT_EQ(edit_distance("STATE", "state"), 0U);
  EXPECT_EQ(edit_distance("stat", "state"), 1U);
  EXPECT_EQ(edit_distance("prto", "port"), 2U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(EqualsIgnoringCase, IgnoresOnlyCase) {
  EXPECT_TRUE(equals_ignoring_case("ListEN", "LISTEN"));
  EXPECT_FALSE(equals_ignoring_case("LISTEN", "LISTENING"));
}

}  // namespace
}  // namespace lastack::base
