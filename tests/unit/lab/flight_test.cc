#include "lab/flight.hh"

#include <gtest/gtest.h>

namespace lastack::lab {
namespace {

using tcp::Seq;

TEST(Flight, CountsWholeSegments) {
  Flight flight;
  flight.sent(Seq(100));
  flight.sent(Seq(200));
  flight.sent(Seq(210));
  EXPECT_EQ(flight.size(), 3U);
  EXPECT_EQ(flight.acknowledged(Seq(99)), 0U);
  EXPECT_EQ(flight.acknowledged(Seq(200)), 2U);
  EXPECT_EQ(flight.acknowledged(Seq(205)), 0U);
  EXPECT_EQ(flight.size(), 1U);
  EXPECT_EQ(flight.acknowledged(Seq(210)), 1U);
  EXPECT_TRUE(flight.empty());
}

TEST(Flight, ARepetitionIsNoOtherSegment) {
  Flight flight;
  flight.sent(Seq(0xffffff00U));
  flight.sent(Seq(50));
  flight.sent(Seq(0xffffff00U));
  flight.sent(Seq(50));
  EXPECT_EQ(flight.size(), 2U);
  EXPECT_EQ(flight.acknowledged(Seq(50)), 2U);
}

TEST(Flight, GoesOnAndOn) {
  Flight flight;
  for (std::uint32_t i = 1; i < 10'000; ++i) {
    flight.sent(Seq(10 * i));
    EXPECT_EQ(flight.acknowledged(Seq(10 * i) - 50), i > 5 ? 1U : 0U);
  }
  EXPECT_EQ(flight.size(), 5U);
}

}  // namespace
}  // namespace lastack::lab
