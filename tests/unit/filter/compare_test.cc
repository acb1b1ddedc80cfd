#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/filter/support.hh"

namespace lastack::filter::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Ports, EveryOperatorInEverySpelling) {
  for (auto const* op : {"=", "==", "eq", "EQ", ""}) {
    EXPECT_THAT(rows(std::string("dport ") + op + " :22"), ElementsAre(kTimeWait)) << op;
  }
  for (auto const* op : {"!=", "ne", "neq"}) {
    EXPECT_EQ(rows(std::string("dport ") + op + " 22").size(), rows("").size() - 1) << op;
  }
  for (auto const* op : {">", "gt"}) {
    EXPECT_THAT(rows(std::string("dport ") + op + " :50000"), ElementsAre(kMappedClient)) << op;
  }
  for (auto const* op : {">=", "ge", "geq"}) {
    EXPECT_THAT(rows(std::string("dport ") + op + " :50000"),
                ElementsAre(kNginxClient, kMappedClient))
        << op;
  }
  for (auto const* op : {"<", "lt"}) {
    EXPECT_THAT(rows(std::string("sport ") + op + " :80"), ElementsAre(kDns)) << op;
  }
  for (auto const* op : {"<=", "le", "leq"}) {
    EXPECT_THAT(rows(std::string("sport ") + op + " ssh"), IsEmpty()) << op;
  }
}

TEST(Ports, SpellingsOfThePort) {
  for (auto const* text : {"dport = :ssh", "dport=ssh", "dport:22", "dport :22", "dport=:22",
                           "dport = '22'", "dport::ssh"}) {
    EXPECT_THAT(rows(text), ElementsAre(kTimeWait)) << text;
  }
  EXPECT_EQ(rows("dport = :*"), rows(""));
  EXPECT_THAT(rows("dport < 0"), IsEmpty());
}

TEST(Ports, EitherSide) {
  EXPECT_THAT(rows("port:443"), ElementsAre(kMappedClient, kSixClient, kSynSent));
  EXPECT_THAT(rows("port != 443 proto udp"), ElementsAre(kDns, kConnectedUdp));
  EXPECT_THAT(rows("port < 50"), ElementsAre(kTimeWait, kHalfOpen))
      << "the missing peer's port 0 is no port";
}

TEST(Ports, BadOnes) {
  EXPECT_EQ(error_of("dport = :70000"),
            "column 10: port '70000' is out of range; expected 0 to 65535 or a service name");
  EXPECT_EQ(error_of("sport gt htps"),
            "column 10: unknown service 'htps'; expected a port number from 0 to 65535 or a name "
            "from /etc/services");
  EXPECT_EQ(error_of("sport = :"), "column 10: expected a port number or a service name after ':'");
  EXPECT_EQ(error_of("sport ~ 22"),
            "column 7: 'sport' cannot be compared with '~'; expected =, !=, <, <=, > or >=");
  EXPECT_TRUE(error_of("sport < *").starts_with("column 9: expected a port number"));
}

TEST(Numbers, AnyOwnerAndNoOwner) {
  EXPECT_THAT(rows("pid = 100"), ElementsAre(kNginxListen));
  EXPECT_THAT(rows("pid:101"), ElementsAre(kNginxListen, kNginxClient, kMappedClient));
  EXPECT_THAT(rows("pid != 101 and pid < 300"), ElementsAre(kSixClient, kSynSent, kBound));
  EXPECT_THAT(rows("not pid > 0"), ElementsAre(kTimeWait, kHalfOpen));
  EXPECT_THAT(rows("fd = 7"), ElementsAre(kNginxListen));
  EXPECT_THAT(rows("fd >= 20"), ElementsAre(kDns, kConnectedUdp));
}

TEST(Numbers, OfTheSocket) {
  EXPECT_THAT(rows("inode = 1005"), ElementsAre(kTimeWait));
  EXPECT_THAT(rows("cookie = 0xA"), ElementsAre(kConnectedUdp));
  EXPECT_THAT(rows("cookie > 18446744073709551615"), IsEmpty());
  EXPECT_THAT(rows("recv-q > 0"), ElementsAre(kConnectedUdp));
  EXPECT_EQ(rows("send-q <= 0"), rows(""));
  EXPECT_THAT(rows("uid = 33"), ElementsAre(kHalfOpen));
}

TEST(Numbers, BadOnes) {
  EXPECT_EQ(error_of("pid = nginx"), "column 7: expected a number after 'pid', found 'nginx'");
  EXPECT_TRUE(error_of("pid = 18446744073709551616").starts_with("column 7: expected a number"));
  EXPECT_TRUE(error_of("pid = 12x").starts_with("column 7: expected a number"));
  EXPECT_TRUE(error_of("pid = -1").starts_with("column 7: expected a number"));
  EXPECT_TRUE(error_of("pid = 0x").starts_with("column 7: expected a number"));
}

TEST(Choices, ProtocolAndFamily) {
  EXPECT_THAT(rows("proto udp"), ElementsAre(kDns, kConnectedUdp));
  EXPECT_THAT(rows("protocol != TCP"), ElementsAre(kDns, kConnectedUdp));
  for (auto const* text : {"family inet6", "family = 6", "family != inet", "family:ipv6"}) {
    EXPECT_THAT(rows(text), ElementsAre(kMappedClient, kSixClient)) << text;
  }
  EXPECT_EQ(error_of("proto tpc"), "column 7: unknown proto 'tpc'; expected tcp or udp");
  EXPECT_EQ(error_of("family inet7"),
            "column 8: unknown family 'inet7'; expected inet, inet6, 4, 6, ipv4 or ipv6; did you "
            "mean 'inet' or 'inet6'?");
}

}  // namespace
}  // namespace lastack::filter::testing
