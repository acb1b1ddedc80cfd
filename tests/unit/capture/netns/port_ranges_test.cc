#include "capture/netns/port_ranges.hh"

#include <gmock/gmock.h>

namespace lastack::capture::netns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(PortRanges, AreReadAsTheKernelWritesThem) {
  EXPECT_THAT(parse_port_ranges("8080,9000-9010,65535\n"),
              ElementsAre(Pair(8080, 8080), Pair(9000, 9010), Pair(65535, 65535)));
  EXPECT_THAT(parse_port_ranges("\n"), IsEmpty());
  EXPECT_THAT(parse_port_ranges(""), IsEmpty());
}

TEST(PortRanges, NonsenseIsLeftOut) {
  EXPECT_THAT(parse_port_ranges("x,70000,5-3,7-,1-2-3,-4,80"), ElementsAre(Pair(80, 80)));
}

}  // namespace
}  // namespace lastack::capture::netns
