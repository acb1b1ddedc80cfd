#include "app/argument_checks.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace lastack::app {
namespace {

TEST(Durations, HaveUnits) {
  struct Case {
    char const* text;
    std::uint64_t milliseconds;
  };
  for (auto const& [text, milliseconds] :
       {Case{"10s", 10'000}, Case{"500ms", 500}, Case{"2m", 120'000}, Case{"2min", 120'000},
        Case{"1h", 3'600'000}, Case{"1d", 86'400'000}, Case{"7", 7'000}, Case{"0.5", 500},
        Case{"1.5s", 1'500}, Case{"0", 0}, Case{"366d", 31'622'400'000}}) {
    EXPECT_EQ(read_duration_ms(text), milliseconds) << text;
    EXPECT_EQ(some_duration(text), "") << text;
  }
}

TEST(Durations, AreRefusedOtherwise) {
  for (auto const* text : {"", "s", "soon", "-1s", "10 s", " 10s", "10s ", "10S", "10sec", "1s2",
                           "1h30m", "nan", "inf", "1e400", "367d", "0x10", "+5", "10s\n", "1,5s"}) {
    EXPECT_FALSE(read_duration_ms(text)) << text;
    auto const said = some_duration(text);
    EXPECT_NE(said.find("10s, 500ms, 2m or 1h"), std::string::npos) << said;
    EXPECT_NE(said.find(std::string("'") + text + "'"), std::string::npos) << said;
  }
}

TEST(Seconds, AreANumberFrom0To3600) {
  EXPECT_EQ(read_seconds("2"), 2.0);
  EXPECT_EQ(read_seconds("0.5"), 0.5);
  EXPECT_EQ(read_seconds("0"), 0.0);
  EXPECT_EQ(read_seconds("3600"), 3600.0);
  EXPECT_EQ(some_seconds("2"), "");
  for (auto const* text : {"", "-1", "3600.1", "2s", "soon", "nan", "inf", " 2"}) {
    EXPECT_FALSE(read_seconds(text)) << text;
    EXPECT_NE(some_seconds(text).find("from 0 to 3600"), std::string::npos) << text;
  }
}

TEST(Colors, AreThree) {
  EXPECT_EQ(read_color("auto"), Color::Auto);
  EXPECT_EQ(read_color("always"), Color::Always);
  EXPECT_EQ(read_color("never"), Color::Never);
  for (auto const* text : {"auto", "always", "never"}) EXPECT_EQ(one_of_the_colors(text), "");
  for (auto const* text : {"", "Always", "yes", "alway"}) {
    EXPECT_NE(one_of_the_colors(text).find("auto, always, never"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace lastack::app
