#include "act/signals.hh"

#include <gtest/gtest.h>

#include <csignal>

namespace lastack::act {
namespace {

TEST(Signals, AreReadByNameAndNumber) {
  for (auto const* text : {"TERM", "SIGTERM", "sigterm", "term", "15"}) {
    EXPECT_EQ(parse_signal(text), SIGTERM) << text;
  }
  EXPECT_EQ(parse_signal("WINCH"), SIGWINCH);  // not in the menu
  EXPECT_EQ(parse_signal("64"), 64);
}

TEST(Signals, ThatDoNotExistAreRefused) {
  for (auto const* text :
       {"", "0", "-1", "65", "9999999999", "SIG", "TERMX", "SIGSIGTERM", "15 "}) {
    EXPECT_FALSE(parse_signal(text)) << text;
  }
}

TEST(Signals, OfTheMenuAreThemselves) {
  EXPECT_EQ(signals().front().number, SIGTERM);
  for (auto const& signal : signals()) {
    EXPECT_EQ(parse_signal(signal.name), signal.number) << signal.name;
    EXPECT_EQ(signal_name(signal.number), signal.name);
    EXPECT_EQ(ends_a_program(signal.number), signal.ends) << signal.name;
    EXPECT_TRUE(signal.meaning.complete()) << signal.name;
  }
  EXPECT_EQ(signal_name(42), "signal 42");
  EXPECT_FALSE(ends_a_program(42));
}

}  // namespace
}  // namespace lastack::act
