#include "lab/flow_table.hh"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace lastack::lab {
namespace {

Flow flow(std::uint32_t number) {
  return {{0x0a000001, static_cast<std::uint16_t>(number)},
          {0x0a000002 + (number >> 16U), static_cast<std::uint16_t>(number / 7)}};
}

TEST(FlowTable, FindsWhatWasPut) {
  FlowTable table;
  EXPECT_EQ(table.find(flow(1)), kNoSocket);
  table.put(flow(1), 5);
  table.put(flow(2), 6);
  EXPECT_EQ(table.find(flow(1)), 5U);
  table.put(flow(1), 7);
  EXPECT_EQ(table.find(flow(1)), 7U);
  table.erase(flow(1));
  table.erase(flow(3));
  EXPECT_EQ(table.find(flow(1)), kNoSocket);
  EXPECT_EQ(table.find(flow(2)), 6U);
}

// Against a map, through every size up to some thousands and back.
TEST(FlowTable, IsAMap) {
  FlowTable table;
  std::map<std::uint32_t, SocketId> map;
  std::mt19937 random(1);
  for (int step = 0; step < 60'000; ++step) {
    bool const grows = step < 30'000;
    auto const number = static_cast<std::uint32_t>(random() % 5000);
    if (random() % 4 == 0 ? !grows : grows) {
      table.put(flow(number), number + 1);
      map[number] = number + 1;
    } else {
      table.erase(flow(number));
      map.erase(number);
    }
    auto const asked = static_cast<std::uint32_t>(random() % 5000);
    auto const found = map.find(asked);
    ASSERT_EQ(table.find(flow(asked)), found == map.end() ? kNoSocket : found->second);
  }
}

}  // namespace
}  // namespace lastack::lab
