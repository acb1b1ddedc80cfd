#include "ui/tui/ranks.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace lastack::ui::tui {
namespace {

template <unsigned Bits>
bool are_in_order(std::vector<typename Ranks<int, Bits>::Entry> entries) {
  std::ranges::sort(entries, {}, [](auto const& entry) { return entry->first; });
  return std::ranges::adjacent_find(entries, [](auto const& a, auto const& b) {
           return a->second >= b->second;
         }) == entries.end();
}

TEST(Ranks, NumbersHaveTheOrderOfTheirKeys) {
  std::mt19937 random(3);
  Ranks<int, 62> ranks;
  std::vector<Ranks<int, 62>::Entry> entries;
  auto const add = [&](int count) {
    for (int i = 0; i < count; ++i) {
      entries.push_back(ranks.add(static_cast<int>(random() % 100'000)));
    }
  };
  add(1000);
  ranks.spread();
  add(200);
  ASSERT_FALSE(ranks.is_crowded());
  std::ranges::sort(entries, {}, [](auto const& entry) { return entry->first; });
  auto const [first, last] = std::ranges::unique(entries);
  entries.erase(first, last);
  EXPECT_TRUE(are_in_order<62>(entries));
  ranks.spread();
  EXPECT_TRUE(are_in_order<62>(entries));
}

TEST(Ranks, ThereIsRoomForManyThatComeInOrder) {
  Ranks<int, 40> ranks;
  ranks.add(0);
  ranks.add(1'000'000);
  ranks.spread();
  for (int i = 1; i < 100'000; ++i) ranks.add(i);
  EXPECT_FALSE(ranks.is_crowded());
}

TEST(Ranks, SaysWhenThereIsNoRoomAndMakesSome) {
  Ranks<int, 40> ranks;
  std::vector<Ranks<int, 40>::Entry> entries;
  int next = 1'000'000;
  while (!ranks.is_crowded() && next > 0) {
    entries.push_back(ranks.add(next--));
    EXPECT_TRUE(ranks.is_crowded() || are_in_order<40>(entries));
  }
  ASSERT_TRUE(ranks.is_crowded());
  ranks.spread();
  EXPECT_FALSE(ranks.is_crowded());
  EXPECT_TRUE(are_in_order<40>(entries));
  ranks.erase(entries.back());
  EXPECT_EQ(ranks.size(), entries.size() - 1);
}

}  // namespace
}  // namespace lastack::ui::tui
