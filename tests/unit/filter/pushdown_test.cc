#include "filter/pushdown.hh"

#include <gtest/gtest.h>

#include "unit/filter/support.hh"

namespace lastack::filter::testing {
namespace {

using model::Fact;
using model::SocketState;

constexpr auto kListen = model::mask_of(SocketState::Listen);
constexpr auto kEstablished = model::mask_of(SocketState::Established);
constexpr auto kNotListen = static_cast<model::SocketStateMask>(model::kAllSocketStates & ~kListen);

Pushdown of(std::string_view text, Scope scope = Scope::Endpoints) {
  auto const filter = parse(text, FakeNames(), scope);
  if (!filter) {
    ADD_FAILURE() << filter.error().message;
    return {};
  }
  return filter->pushdown();
}

Pushdown states(model::SocketStateMask mask) {
  Pushdown out;
  out.states = mask;
  return out;
}

TEST(Pushdown, SingleTests) {
  EXPECT_EQ(of(""), Pushdown());
  EXPECT_EQ(of("dport = :443"), Pushdown());
  EXPECT_EQ(of("state listen"), states(kListen));
  EXPECT_EQ(of("not state listen"), states(kNotListen));
  EXPECT_EQ(of("proto udp"), (Pushdown{.tcp = false}));
  EXPECT_EQ(of("proto != udp"), (Pushdown{.udp = false}));
  EXPECT_EQ(of("family inet6"), (Pushdown{.inet = false}));
}

TEST(Pushdown, AnIpv4HostMayBeMapped) {
  EXPECT_EQ(of("dst 10/8"), Pushdown());
  EXPECT_EQ(of("dst [2001:db8::]/32"), (Pushdown{.inet = false}));
  EXPECT_EQ(of("dst != [2001:db8::]/32"), Pushdown());
}

TEST(Pushdown, AndNarrowsOrWidens) {
  EXPECT_EQ(of("state listen and dport = :443"), states(kListen));
  EXPECT_EQ(of("state listen or dport = :443"), Pushdown());
  EXPECT_EQ(of("state listen or state = established"),
            states(static_cast<model::SocketStateMask>(kListen | kEstablished)));
  EXPECT_EQ(of("state listen proto tcp pid = 1 or pid = 2"), states(kListen));
  EXPECT_EQ(of("state = listen and state = established"), Pushdown::nothing());
  EXPECT_EQ(of("(state = listen and state = established) or proto udp"), (Pushdown{.tcp = false}));
}

TEST(Pushdown, NotIsExactOrSilent) {
  EXPECT_EQ(of("not (state listen or dport = :443)"), states(kNotListen));
  EXPECT_EQ(of("not (state listen and dport = :443)"), Pushdown());
  EXPECT_EQ(of("not (state listen and proto tcp)"), Pushdown());
  EXPECT_EQ(of("not not state listen"), states(kListen));
  EXPECT_EQ(of("not dst *"), Pushdown::nothing());
}

TEST(Pushdown, HoldsEveryEndpointThatMatches) {
  auto const snapshot = sample();
  for (auto const* text :
       {"state connected dst 10/8 or proto udp", "not (proto tcp and state bucket)",
        "family inet6 or not (family inet and port 80)", "dst 2001:db8::/32 or dst 127/8",
        "not (dst != 10/8 or state listen) or exclude all"}) {
    auto const filter = parse(text, FakeNames());
    ASSERT_TRUE(filter) << text;
    auto const& down = filter->pushdown();
    Matcher const matches(*filter, snapshot);
    for (auto const& endpoint : snapshot.endpoints) {
      bool const inside = (down.states & model::mask_of(endpoint.state)) != 0 &&
                          (endpoint.family == model::Family::Inet ? down.inet : down.inet6) &&
                          (endpoint.protocol == model::Protocol::Tcp ? down.tcp : down.udp);
      EXPECT_TRUE(inside || !matches(endpoint)) << text << ", row " << endpoint.cookie;
    }
  }
}

// Whoever is to see an endpoint enter a state must have known it in any other.
TEST(Pushdown, OfTransitionsLeavesOutNoState) {
  auto const of_watch = [](std::string_view text) { return of(text, Scope::Transitions); };
  Pushdown const tcp{.udp = false};
  EXPECT_EQ(of_watch(""), Pushdown());
  EXPECT_EQ(of_watch("from established"), tcp);
  EXPECT_EQ(of_watch("from established to closed"), tcp);
  EXPECT_EQ(of_watch("to = listen and state = closed"), tcp);
  EXPECT_EQ(of_watch("state listen"), Pushdown());
  EXPECT_EQ(of_watch("state listen and family inet6"), (Pushdown{.inet = false}));
  EXPECT_EQ(of_watch("from listen or dport = :443"), Pushdown());
  EXPECT_EQ(of_watch("not from listen"), Pushdown());
  EXPECT_EQ(of_watch("from listen from established"), tcp);
  EXPECT_EQ(of_watch("from listen and proto udp"), Pushdown::nothing());
  EXPECT_EQ(of_watch("state = listen and state = established"), Pushdown::nothing());
}

TEST(Facts, OnlyWhatTheFieldsNeed) {
  auto const facts = [](std::string_view text) { return parse(text, FakeNames())->facts(); };
  EXPECT_EQ(facts(""), model::Facts());
  EXPECT_EQ(facts("state listen dst 10/8 uid = 0 netns = host"), model::Facts());
  EXPECT_EQ(parse("from listen to closed", FakeNames(), Scope::Transitions)->facts(),
            model::Facts());
  EXPECT_EQ(facts("pid = 1"), model::Facts(Fact::Owners));
  EXPECT_EQ(facts("not exe ~ x or fd = 3"), Fact::Owners | Fact::Exe);
  EXPECT_EQ(facts("user = root"), Fact::Owners | Fact::User | Fact::SocketUser);
  EXPECT_EQ(facts("unit = a or cmdline = b"), Fact::Owners | Fact::Cgroup | Fact::Cmdline);
}

}  // namespace
}  // namespace lastack::filter::testing
