#include <gtest/gtest.h>

#include "capture/netns/tcp_counters.hh"

namespace lastack::capture::netns {
namespace {

using model::TcpCounter;

TEST(TcpCounters, AreFoundByTheirNames) {
  auto const counters = parse_tcp_counters(
      "Ip: Forwarding DefaultTTL\nIp: 1 64\n"
      "Tcp: RtoAlgorithm ActiveOpens PassiveOpens AttemptFails\nTcp: 1 10 20 30\n",
      "TcpExt: SyncookiesSent ListenOverflows ListenDrops TCPReqQFullDrop TCPSynRetrans\nTcpExt: 1 "
      "2 3 4 5\n"
      "IpExt: InNoRoutes\nIpExt: 9\n");
  EXPECT_EQ(counters.get(TcpCounter::ActiveOpens), 10U);
  EXPECT_EQ(counters.get(TcpCounter::SynRetrans), 5U);
  EXPECT_EQ(counters.get(TcpCounter::SyncookiesSent), 1U);
  EXPECT_EQ(counters.get(TcpCounter::ListenOverflows), 2U);
  EXPECT_EQ(counters.get(TcpCounter::ReqQFullDrop), 4U);
  EXPECT_EQ(counters.get(TcpCounter::MemoryPressures), 0U) << "a kernel without it";
}

TEST(TcpCounters, BrokenTextIsNoCrash) {
  for (auto const* text : {"", "\n", "Tcp:", "Tcp: A B\n", "Tcp: ActiveOpens\nTcp: x\n",
                           "Tcp: ActiveOpens PassiveOpens\nTcp: 5\n"}) {
    (void)parse_tcp_counters(text, text);
  }
  EXPECT_EQ(parse_tcp_counters("Tcp: ActiveOpens PassiveOpens\nTcp: 5\n", "")
                .get(TcpCounter::PassiveOpens),
            0U);
}

}  // namespace
}  // namespace lastack::capture::netns
