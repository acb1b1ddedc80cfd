#include "filter/states.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/filter/support.hh"

namespace lastack::filter::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(States, EverySpellingOfAState) {
  for (auto const* text : {"SYN-RECV", "syn_received", "SynRcvd", "syn-rcv", "SYN_RECV"}) {
    EXPECT_EQ(states_named(text), model::mask_of(model::SocketState::SynReceived)) << text;
  }
  EXPECT_EQ(states_named("LISTENING"), model::mask_of(model::SocketState::Listen));
  EXPECT_EQ(states_named("lissen"), std::nullopt);
  EXPECT_EQ(states_named(""), std::nullopt);
}

TEST(States, GroupsAsInSs) {
  EXPECT_EQ(rows("state all").size(), kLastRow - 1U);
  EXPECT_THAT(rows("state connected"), ElementsAre(kNginxClient, kMappedClient, kSixClient,
                                                   kTimeWait, kSynSent, kHalfOpen, kConnectedUdp));
  EXPECT_THAT(rows("state synchronized"), ElementsAre(kNginxClient, kMappedClient, kSixClient,
                                                      kTimeWait, kHalfOpen, kConnectedUdp));
  EXPECT_THAT(rows("state bucket"), ElementsAre(kTimeWait, kHalfOpen));
  EXPECT_THAT(rows("state big"), ElementsAre(kNginxListen, kNginxClient, kMappedClient, kSixClient,
                                             kSynSent, kBound, kDns, kConnectedUdp));
}

TEST(States, ClosedAndUnconnectedAreOneToSs) {
  EXPECT_THAT(rows("state closed"), ElementsAre(kBound, kDns));
  EXPECT_THAT(rows("state unconnected"), ElementsAre(kBound, kDns));
  EXPECT_THAT(rows("state UNCONN"), ElementsAre(kBound, kDns));
  EXPECT_THAT(rows("state bound-inactive"), ElementsAre(kBound));
  EXPECT_THAT(rows("state BOUND_INACTIVE"), ElementsAre(kBound));
}

TEST(States, RunsAddAndTakeAwayFromLeftToRight) {
  EXPECT_THAT(rows("state listen state time-wait"), ElementsAre(kNginxListen, kTimeWait));
  EXPECT_THAT(rows("state connected exclude established"),
              ElementsAre(kSixClient, kTimeWait, kSynSent, kHalfOpen));
  EXPECT_EQ(rows("exclude established state established"), rows("state all"));
  EXPECT_THAT(rows("exclude big"), ElementsAre(kTimeWait, kHalfOpen));
  EXPECT_THAT(rows("STATE:listen state:time-wait"), ElementsAre(kNginxListen, kTimeWait));
}

TEST(States, Lists) {
  auto const both = rows("state listen state time-wait");
  EXPECT_EQ(rows("state listen,time-wait"), both);
  EXPECT_EQ(rows("state listen, time-wait"), both);
  EXPECT_EQ(rows("state (listen time-wait)"), both);
  EXPECT_EQ(rows("state = ( listen , time-wait )"), both);
  EXPECT_EQ(rows("exclude (all)"), std::vector<Row>());
  EXPECT_THAT(rows("state (listen) (port 80)"), ElementsAre(kNginxListen));
}

TEST(States, WithAnOperatorTheyAreComparisonsLikeAnyOther) {
  EXPECT_THAT(rows("state = listen state = time-wait"), IsEmpty());
  EXPECT_THAT(rows("state != big"), ElementsAre(kTimeWait, kHalfOpen));
  EXPECT_THAT(rows("dst 127/8 or state = listen"), ElementsAre(kNginxListen, kTimeWait));
}

TEST(States, InFrontTheyHoldForTheWholeExpression) {
  EXPECT_THAT(rows("state established sport = :80 or dport = :443 or dport = :53"),
              ElementsAre(kNginxClient, kConnectedUdp));
  EXPECT_THAT(rows("proto udp or (state listen sport = :80 or sport = :53)"),
              ElementsAre(kNginxListen, kDns, kConnectedUdp));
}

TEST(States, FollowedByAWordTheyAreOperands) {
  EXPECT_THAT(rows("state listen or dport = :443"),
              ElementsAre(kNginxListen, kSixClient, kSynSent));
  EXPECT_THAT(rows("state established and sport = :80 or dport = :443"),
              ElementsAre(kNginxClient, kSixClient, kSynSent));
  EXPECT_THAT(rows("sport = :80 not state listen state established"), ElementsAre(kHalfOpen));
}

}  // namespace
}  // namespace lastack::filter::testing
