#include "track/flow_key.hh"

#include <gtest/gtest.h>

#include <initializer_list>
#include <set>

#include "support/story.hh"

namespace lastack::track {
namespace {

using test::flow;

// The index has room for one of a key: what is alike but for a bit or two must not share one.
TEST(FlowKey, TellsNamespacesAndPortsApart) {
  std::set<std::uint64_t> keys;
  std::size_t flows = 0;
  for (std::uint64_t netns = 4026532281; netns < 4026532281 + 16; ++netns) {
    for (std::uint16_t local = 40000; local < 40016; ++local) {
      for (std::uint16_t remote = 80; remote < 96; ++remote) {
        keys.insert(flow_key(flow("127.0.0.1", local, "127.0.0.1", remote), netns));
        ++flows;
      }
    }
  }
  EXPECT_EQ(keys.size(), flows);
}

TEST(FlowKey, TellsAddressesAndDirectionsApart) {
  std::set<std::uint64_t> keys;
  std::size_t flows = 0;
  auto const add_all = [&](std::initializer_list<char const*> addresses) {
    for (auto const* local : addresses) {
      for (auto const* remote : addresses) {
        keys.insert(flow_key(flow(local, 1, remote, 2), 1));
        keys.insert(flow_key(flow(local, 2, remote, 1), 1));
        flows += 2;
      }
    }
  };
  add_all({"10.0.0.1", "10.0.0.2", "10.0.1.1", "10.1.0.1", "127.0.0.1"});
  add_all({"::1", "::2", "2001:db8::1", "2001:db8::2", "2001:db8:1::1", "fe80::1"});
  EXPECT_EQ(keys.size(), flows);
  EXPECT_FALSE(keys.contains(0)) << "0 is no key";
}

// An IPv6 socket may talk to an IPv4 socket of the same machine.
TEST(FlowKey, BothEndsOfAMappedConnectionAreAlike) {
  auto const mapped = flow("::ffff:127.0.0.1", 80, "::ffff:127.0.0.1", 40000);
  auto const four = flow("127.0.0.1", 80, "127.0.0.1", 40000);
  EXPECT_EQ(plain(mapped), four);
  EXPECT_EQ(plain(four), four);
  auto const six = flow("2001:db8::1", 80, "::1", 40000);
  EXPECT_EQ(plain(six), six);
  EXPECT_EQ(reversed(reversed(six)), six);
  EXPECT_EQ(reversed(six).local_port, 40000);
}

}  // namespace
}  // namespace lastack::track
