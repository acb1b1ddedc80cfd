#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/filter/support.hh"

namespace lastack::filter::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Host, PrefixesShortAndWhole) {
  EXPECT_THAT(rows("dst 127/8"), ElementsAre(kTimeWait));
  EXPECT_EQ(rows("dst 10.0.0.0/8"), rows("dst 10/8"));
  EXPECT_EQ(rows("dst = 10.77.66.55/8"), rows("dst 10/8")) << "bits behind the prefix";
  EXPECT_THAT(rows("dst 192.0.2.32/27"), ElementsAre(kConnectedUdp));
  EXPECT_THAT(rows("dst 192.0.2/24 dst != 192.0.2.53"), ElementsAre(kSynSent));
  EXPECT_THAT(rows("dst:127/8"), ElementsAre(kTimeWait));
}

TEST(Host, AnIpv4HostAlsoMatchesMappedEndpoints) {
  EXPECT_THAT(rows("dst 10/8"), ElementsAre(kNginxClient, kMappedClient));
  EXPECT_THAT(rows("dst 10.9.9.8"), ElementsAre(kMappedClient));
  EXPECT_THAT(rows("dst ::ffff:0:0/96"), ElementsAre(kMappedClient));
  EXPECT_THAT(rows("dst ::ffff:10.9.9.9"), IsEmpty());
}

TEST(Host, Ipv6InEveryNotation) {
  for (auto const* text :
       {"dst [2001:db8::]/32", "dst [2001:db8::/32]", "dst 2001:db8::/32", "dst [2001:db8::2]",
        "dst 2001:db8::2", "dst [2001:db8::2]:443", "dst [2001:db8::]/32:443",
        "dst [2001:db8::/32]:https", "dst 2001:DB8::2:https", "dst inet6:[2001:db8::2]:443"}) {
    EXPECT_THAT(rows(text), ElementsAre(kSixClient)) << text;
  }
  EXPECT_THAT(rows("dst [2001:db8::2]:444"), IsEmpty());
  EXPECT_THAT(rows("dst ::/0"), ElementsAre(kMappedClient, kSixClient));
}

TEST(Host, WithPort) {
  EXPECT_THAT(rows("dst 10.9.9.9:50000"), ElementsAre(kNginxClient));
  EXPECT_THAT(rows("dst 10/8:50001"), ElementsAre(kMappedClient));
  EXPECT_THAT(rows("dst :443"), ElementsAre(kSixClient, kSynSent));
  EXPECT_EQ(rows("dst *:443"), rows("dst :443"));
  EXPECT_EQ(rows("dst::443"), rows("dst :443"));
  EXPECT_EQ(rows("dst *:*"), rows(""));
  EXPECT_THAT(rows("dst 127/8:*"), ElementsAre(kTimeWait));
  EXPECT_EQ(rows("dst != 10.9.9.9:50000").size(), rows("").size() - 1);
}

TEST(Host, WithFamily) {
  EXPECT_THAT(rows("src inet6:*"), ElementsAre(kMappedClient, kSixClient));
  EXPECT_THAT(rows("dst INET:192.0.2.7"), ElementsAre(kSynSent));
  EXPECT_THAT(rows("dst inet::443"), ElementsAre(kSynSent));
  EXPECT_THAT(rows("dport = inet6::443"), ElementsAre(kSixClient));
}

TEST(Host, Names) {
  EXPECT_THAT(rows("dst example.com"), ElementsAre(kSynSent));
  EXPECT_THAT(rows("dst example.com:https"), ElementsAre(kSynSent));
  EXPECT_EQ(rows("dst != example.com").size(), rows("").size() - 1);
  EXPECT_THAT(rows("dst inet6:example.com"), IsEmpty());
  EXPECT_EQ(error_of("dst nowhere.example"),
            "column 5: unknown host 'nowhere.example'; expected an address or the name of a known "
            "host");
  EXPECT_EQ(error_of("dst inet6:v4.example.com"),
            "column 11: host 'v4.example.com' has no inet6 address");
}

TEST(Host, BadOnesNameTheirColumn) {
  EXPECT_EQ(error_of("dst 10.0.0.0/33"), "column 14: bad prefix length '/33'; expected /0 to /32");
  EXPECT_EQ(error_of("dst [::1]/129"), "column 11: bad prefix length '/129'; expected /0 to /128");
  EXPECT_EQ(error_of("dst 10/"), "column 8: bad prefix length '/'; expected /0 to /32");
  EXPECT_EQ(error_of("dst [::1"),
            "column 5: this '[' is never closed; expected ']' after the address");
  EXPECT_EQ(error_of("dst [::1]x"),
            "column 10: expected :port or /bits after the address, found 'x'");
  EXPECT_EQ(error_of("dst 10"),
            "column 5: '10' is not a whole address; expected four bytes, a prefix such as '10/8', "
            "or a port such as ':10'");
  EXPECT_EQ(error_of("src inet:[::1]"), "column 11: '::1' is not an inet address");
  EXPECT_EQ(error_of("dst 10.0.0.1:70000"),
            "column 14: port '70000' is out of range; expected 0 to 65535 or a service name");
  for (auto const* text : {"dst 256.1.1.1", "dst 1.2.3.4.5", "dst 010.0.0.1", "dst fe80::1%eth0",
                           "dst [fe80::1%eth0]", "dst *", "dst a$b", "dst 443"}) {
    auto const refused = std::string_view(text) != "dst *";
    EXPECT_EQ(error_of(text).contains("is not an address; expected one such as"), refused) << text;
  }
  EXPECT_TRUE(error_of("dst example.com/24").contains("takes no prefix length"));
}

}  // namespace
}  // namespace lastack::filter::testing
