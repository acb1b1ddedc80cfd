#include "lab/wire.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lastack::lab {
namespace {

Packet packet(std::uint32_t number) {
  return {.from = {}, .to = {}, .segment = {.seq = tcp::Seq(number)}};
}

// Numbers in the order in which they arrive, each no earlier than the last.
std::vector<std::uint32_t> all_of(Wire& wire) {
  std::vector<std::uint32_t> numbers;
  for (auto at = wire.next_arrival(); at != kNever; at = wire.next_arrival()) {
    EXPECT_FALSE(wire.arrived({at.us - 1}));
    numbers.push_back(wire.arrived(at).value().segment.seq.number());
    EXPECT_LE(at, wire.next_arrival());
  }
  return numbers;
}

TEST(Wire, FirstSentFirstThere) {
  Wire wire({.delay = milliseconds(5)}, 1);
  for (std::uint32_t i = 0; i < 5; ++i) EXPECT_TRUE(wire.carry(packet(i), {i / 2}));
  EXPECT_EQ(wire.next_arrival(), Moment{5000});
  EXPECT_THAT(all_of(wire), testing::ElementsAre(0, 1, 2, 3, 4));
}

TEST(Wire, JitterReordersAndLosesNothing) {
  Wire wire({.delay = milliseconds(5), .jitter = milliseconds(5)}, 1);
  for (std::uint32_t i = 0; i < 100; ++i) EXPECT_TRUE(wire.carry(packet(i), {i * 100}));
  auto numbers = all_of(wire);
  EXPECT_FALSE(std::ranges::is_sorted(numbers));
  std::ranges::sort(numbers);
  for (std::uint32_t i = 0; i < 100; ++i) EXPECT_EQ(numbers.at(i), i);
}

TEST(Wire, LosesAndDoubles) {
  Wire lossy({.loss = 0.25}, 1);
  int arrive = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i) arrive += lossy.carry(packet(i), {});
  EXPECT_NEAR(arrive, 7500, 200);
  EXPECT_EQ(all_of(lossy).size(), static_cast<std::size_t>(arrive));
  Wire doubling({.duplication = 0.25}, 1);
  for (std::uint32_t i = 0; i < 10'000; ++i) EXPECT_TRUE(doubling.carry(packet(i), {}));
  EXPECT_NEAR(static_cast<double>(all_of(doubling).size()), 12'500, 200);
}

}  // namespace
}  // namespace lastack::lab
