#include "model/address.hh"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>
#include <random>

namespace lastack::model {
namespace {

Address v6(char const* text) {
  Address address;
  EXPECT_EQ(::inet_pton(AF_INET6, text, address.bytes.data()), 1) << text;
  return address;
}

TEST(Address, WritesIpv4) {
  EXPECT_EQ(to_string(Address::from_bytes("\x7f\0\0\1", Family::Inet), Family::Inet), "127.0.0.1");
  EXPECT_EQ(to_string(Address::from_bytes("\xff\xff\xff\xff", Family::Inet), Family::Inet),
            "255.255.255.255");
  EXPECT_EQ(to_string({}, Family::Inet), "0.0.0.0");
}

TEST(Address, WritesIpv6AsRfc5952) {
  for (auto const* text :
       {"::", "::1", "1::", "2001:db8::1", "2001:db8:0:1:1:1:1:1", "1:0:0:2::3", "fe80::1:2",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::ffff:192.0.2.1", "1:2:3:4:5:6:7::"}) {
    auto const expected = std::string_view(text) == "1:2:3:4:5:6:7::" ? "1:2:3:4:5:6:7:0" : text;
    EXPECT_EQ(to_string(v6(text), Family::Inet6), expected);
  }
}

// The C library agrees, but for a single zero group, which RFC 5952 4.2.2 leaves alone too.
TEST(Address, AgreesWithTheCLibrary) {
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    Address address;
    for (auto& byte : address.bytes)
      byte = random() % 3 != 0 ? 0 : static_cast<std::uint8_t>(random());
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET6, address.bytes.data(), text.data(), text.size());
    if (std::string_view(text.data()).find('.') != std::string_view::npos &&
        !is_v4_mapped(address)) {
      continue;  // deprecated v4-compatible addresses: ours stay hexadecimal
    }
    ASSERT_EQ(to_string(address, Family::Inet6), text.data());
  }
}

TEST(Address, NeverNeedsMoreThanItsRoom) {
  auto const longest = to_string(v6("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), Family::Inet6);
  EXPECT_LE(longest.size(), kMaxAddressText);
}

TEST(Address, KnowsV4Mapped) {
  EXPECT_TRUE(is_v4_mapped(v6("::ffff:10.0.0.1")));
  EXPECT_FALSE(is_v4_mapped(v6("::10.0.0.1")));
  EXPECT_EQ(to_string(unmapped(v6("::ffff:10.0.0.1")), Family::Inet), "10.0.0.1");
}

TEST(Address, ComparesPrefixes) {
  auto const a = v6("2001:db8::1");
  EXPECT_TRUE(same_prefix(a, v6("2001:db8::ffff"), 112));
  EXPECT_FALSE(same_prefix(a, v6("2001:db8::ffff"), 113));
  EXPECT_TRUE(same_prefix(a, v6("ffff::"), 0));
  EXPECT_TRUE(same_prefix(a, a, 128));
  EXPECT_FALSE(same_prefix(v6("8000::"), v6("::"), 1));
}

}  // namespace
}  // namespace lastack::model
