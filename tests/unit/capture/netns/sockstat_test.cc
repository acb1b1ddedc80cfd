#include "capture/netns/sockstat.hh"

#include <gtest/gtest.h>

namespace lastack::capture::netns {
namespace {

constexpr auto kNone4 =
    "sockets: used 3\nTCP: inuse 0 orphan 0 tw 0 alloc 9 mem 1\nUDP: inuse 0 mem 0\n"
    "UDPLITE: inuse 0\nRAW: inuse 0\n";
constexpr auto kNone6 = "TCP6: inuse 0\nUDP6: inuse 0\nUDPLITE6: inuse 0\n";

TEST(Sockstat, TellsAnUnusedNamespace) {
  auto const use = parse_sockstat(kNone4, kNone6);
  EXPECT_TRUE(use.any);  // of another kind, or bound and inactive
  EXPECT_FALSE(use.tcp);
  EXPECT_FALSE(use.udp);
  EXPECT_FALSE(parse_sockstat("sockets: used 0\nTCP: inuse 0 tw 0\nUDP: inuse 0\n", kNone6).any);
}

TEST(Sockstat, CountsEachKind) {
  EXPECT_TRUE(
      parse_sockstat("TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 1\nUDP: inuse 0\n", kNone6).tcp);
  EXPECT_TRUE(
      parse_sockstat("TCP: inuse 0 orphan 0 tw 5 alloc 1 mem 1\nUDP: inuse 0\n", kNone6).tcp);
  EXPECT_TRUE(parse_sockstat(kNone4, "TCP6: inuse 2\nUDP6: inuse 0\n").tcp);
  EXPECT_TRUE(parse_sockstat(kNone4, "TCP6: inuse 0\nUDP6: inuse 1\n").udp);
  EXPECT_FALSE(parse_sockstat(kNone4, "TCP6: inuse 2\nUDP6: inuse 0\n").udp);
}

TEST(Sockstat, TakesWhatItCannotReadForUsed) {
  auto const unknown = parse_sockstat("", "");
  EXPECT_TRUE(unknown.any);
  EXPECT_TRUE(unknown.tcp);
  EXPECT_TRUE(unknown.udp);
  EXPECT_TRUE(parse_sockstat("TCP: inuse many\nUDP: inuse 0\n", kNone6).tcp);
}

}  // namespace
}  // namespace lastack::capture::netns
