#include "lab/text_ahead.hh"

#include <gtest/gtest.h>

namespace lastack::lab {
namespace {

using tcp::Seq;

void expect_advance(TextAhead& ahead, std::uint32_t from, std::uint32_t to, bool fin = false) {
  auto const advance = ahead.advance(Seq(from));
  EXPECT_EQ(advance.next, Seq(to));
  EXPECT_EQ(advance.fin, fin);
}

TEST(TextAhead, GoesOnWhereTheGapIsFilled) {
  TextAhead ahead;
  ahead.add({Seq(20), Seq(30)});
  ahead.add({Seq(40), Seq(50)});
  ahead.add({Seq(28), Seq(35)});
  expect_advance(ahead, 10, 10);
  expect_advance(ahead, 20, 35);
  EXPECT_FALSE(ahead.empty());
  expect_advance(ahead, 45, 50);
  EXPECT_TRUE(ahead.empty());
}

TEST(TextAhead, WhatIsThereIsNotTakenTwice) {
  TextAhead ahead;
  ahead.add({Seq(20), Seq(40)});
  ahead.add({Seq(25), Seq(31), true});  // a FIN in the middle of text is forgotten
  ahead.add({Seq(10), Seq(50)});        // covers all
  expect_advance(ahead, 10, 50);
  EXPECT_TRUE(ahead.empty());
}

TEST(TextAhead, TheFirstFinThatIsReachedCounts) {
  TextAhead ahead;
  ahead.add({Seq(110), Seq(111), true});
  ahead.add({Seq(20), Seq(22), true});
  ahead.add({Seq(60), Seq(70)});
  expect_advance(ahead, 20, 22, true);
  EXPECT_TRUE(ahead.empty());
}

TEST(TextAhead, GoesOverTheEndOfTheNumbers) {
  TextAhead ahead;
  ahead.add({Seq(0xfffffff0U), Seq(10)});
  ahead.add({Seq(10), Seq(21), true});
  expect_advance(ahead, 0xfffffff0U, 21, true);
}

TEST(TextAhead, IsNotFilledWithoutEnd) {
  TextAhead ahead;
  for (std::uint32_t i = 0; i < 1000; ++i) ahead.add({Seq(10 * i), Seq(10 * i + 1)});
  for (std::uint32_t i = 0; i < TextAhead::kMostPieces; ++i) {
    expect_advance(ahead, 10 * i, 10 * i + 1);
  }
  EXPECT_TRUE(ahead.empty());
}

}  // namespace
}  // namespace lastack::lab
