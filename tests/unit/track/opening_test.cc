// How connections begin: connect() and listen(), and the peers of both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "support/story.hh"

namespace lastack::track {
namespace {

using model::Caller;
using model::Side;
using model::SocketEvent;
using model::SocketState;
using test::flow;
using test::Story;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum model::SocketState;
using namespace std::chrono_literals;

model::Flow const kOut = flow("10.0.0.1", 40000, "10.0.0.2", 80);
model::Flow const kIn = flow("10.0.0.1", 80, "10.0.0.3", 51000);
model::Flow const kPort80 = flow("0.0.0.0", 80, "0.0.0.0", 0);

constexpr std::uint64_t kListener = 5;

// A machine with a server on port 80.
class Opening : public ::testing::Test {
 protected:
  Opening() {
    story.socket(kListener, kPort80).listens();
    (void)story.told();
  }

  Story story;
  test::Socket client = story.socket(7, kOut);
  test::Socket child = story.socket(9, kIn);
};

TEST_F(Opening, AnActiveOpenIsFollowedToTheEndOfTimeWait) {
  model::Totals const totals{
      .bytes_sent = 100, .bytes_received = 4097, .segs_out = 9, .segs_in = 8};
  client.connects().goes(Established).goes(FinWait1, {.flags = SocketEvent::Owned}).goes(FinWait2);
  client.shrinks(TimeWait).goes(Closed, {.totals = &totals});
  story.pass(60s - 2ms);
  EXPECT_EQ(story.table().size(), 2U);
  client.mini_fires(TimeWait);
  EXPECT_THAT(
      story.told(),
      ElementsAre("7 CLOSED>SYN_SENT connect", "7 SYN_SENT>ESTABLISHED syn_ack_received",
                  "7 ESTABLISHED>FIN_WAIT_1 shutdown", "7 FIN_WAIT_1>FIN_WAIT_2 ack_received",
                  "7 FIN_WAIT_2>TIME_WAIT fin_received", "7 TIME_WAIT>CLOSED time_wait_timeout"));
  ASSERT_THAT(story.ended(),
              ElementsAre("SYN_SENT 1ms, ESTABLISHED 1ms, FIN_WAIT_1 1ms, FIN_WAIT_2 1ms, "
                          "TIME_WAIT 60001ms: time_wait_timeout"));
  auto const& life = story.last_end();
  EXPECT_EQ(life.opened_by, Side::Local);
  EXPECT_EQ(life.closed_first_by, Side::Local);
  EXPECT_FALSE(life.has_inferred);
  EXPECT_FALSE(life.from_snapshot);
  ASSERT_TRUE(life.totals_known);
  EXPECT_EQ(life.totals.bytes_sent, 100U);
  EXPECT_EQ(life.totals.bytes_received, 4096U) << "the FIN is no byte";
  EXPECT_EQ(life.totals.segs_in, 8U);
  EXPECT_EQ(story.table().size(), 1U);
  EXPECT_EQ(story.counts().begun, 2U);
  EXPECT_EQ(story.counts().ended, 1U);
  EXPECT_EQ(story.counts().defects, 0U);
}

TEST_F(Opening, APassiveOpenIsOneConnectionFromItsRequestOn) {
  model::Totals const totals{.bytes_sent = 10, .bytes_received = 21};
  child.is_requested(kListener);
  ASSERT_EQ(story.alive(0).size(), 1U) << "no cookie yet";
  auto const born_ns = story.now_ns();
  child.is_born();
  EXPECT_THAT(story.alive(0), IsEmpty());
  child.goes(CloseWait).goes(LastAck, test::closing()).goes(Closed, {.totals = &totals});
  story.settles();
  EXPECT_THAT(
      story.told(),
      ElementsAre("0 LISTEN>SYN_RECEIVED syn_received", "9 SYN_RECEIVED>ESTABLISHED ack_received",
                  "9 ESTABLISHED>CLOSE_WAIT fin_received", "9 CLOSE_WAIT>LAST_ACK close",
                  "9 LAST_ACK>CLOSED ack_received"));
  EXPECT_THAT(story.ended(), ElementsAre("SYN_RECEIVED 2ms, ESTABLISHED 1ms, CLOSE_WAIT 1ms, "
                                         "LAST_ACK 1ms: ack_received"));
  auto const& life = story.last_end();
  EXPECT_EQ(life.opened_by, Side::Remote);
  EXPECT_EQ(life.closed_first_by, Side::Remote);
  EXPECT_EQ(life.born_ns, born_ns);
  EXPECT_FALSE(life.is_request);
  EXPECT_EQ(life.totals.bytes_received, 20U);
  EXPECT_EQ(story.counts().begun, 2U) << "the listener and one connection";
  EXPECT_EQ(story.table().size(), 1U);
}

// Two ACKs on two CPUs made two children of one request; the kernel throws one away.
TEST_F(Opening, SimultaneousOpen) {
  client.connects().goes(SynReceived).goes(Established);
  EXPECT_THAT(story.told(),
              ElementsAre("7 CLOSED>SYN_SENT connect", "7 SYN_SENT>SYN_RECEIVED syn_received",
                          "7 SYN_RECEIVED>ESTABLISHED ack_received"));
  EXPECT_EQ(story.alive(7).front().opened_by, Side::Local);
}

TEST_F(Opening, RefusedConnect) {
  client.connects().goes(Closed, {.error = ECONNREFUSED});
  EXPECT_THAT(story.ended(), ElementsAre("SYN_SENT 1ms: refused"));
  EXPECT_EQ(story.last_end().closed_first_by, Side::Remote);
}

TEST_F(Opening, AListenerIsALifeOfItsOwn) {
  auto listener = story.socket(6, flow("::", 443, "::", 0), model::Family::Inet6);
  listener.listens();
  story.pass(5s - 1ms);
  listener.goes(Closed, test::closing());
  EXPECT_THAT(story.told(), ElementsAre("6 CLOSED>LISTEN listen", "6 LISTEN>CLOSED close"));
  EXPECT_THAT(story.ended(), ElementsAre("LISTEN 5000ms: close"));
  EXPECT_EQ(story.last_end().endpoint.family, model::Family::Inet6);
  EXPECT_EQ(story.last_end().opened_by, Side::Local);
  EXPECT_EQ(story.last_end().closed_first_by, Side::Unknown) << "there is no other side";
}

TEST_F(Opening, ADissolvedConnectionIsOverAndItsSocketMayBeginAnother) {
  client.connects().goes(Established).goes(Closed, {.flags = SocketEvent::Owned});
  client.connects().goes(Established);
  EXPECT_THAT(story.ended(), ElementsAre("SYN_SENT 1ms, ESTABLISHED 1ms: disconnect"));
  ASSERT_EQ(story.alive(7).size(), 1U);
  EXPECT_EQ(story.alive(7).front().path().size(), 1U) << "its path begins anew";
  EXPECT_EQ(story.counts().begun, 3U);
  EXPECT_EQ(story.counts().inferred, 0U);
}

TEST_F(Opening, APortThatIsGoneIsRemembered) {
  client.connects().goes(Established);
  story.socket(7, flow("10.0.0.1", 0, "10.0.0.2", 80))
      .is_seen(Established, Closed, {.error = ECONNRESET});
  EXPECT_EQ(story.last_end().endpoint.flow, kOut);
}

// The kernel tells of SYN_SENT before it has chosen the port.
class Unbound : public Opening {
 protected:
  Unbound() {
    unbound.connects();
    called_ns = story.now_ns();
  }
  // The step to SYN_SENT, told just now.
  void expect_told() {
    EXPECT_EQ(story.told().front(), "7 CLOSED>SYN_SENT connect");
    auto const& steps = story.listening().steps;
    auto const found =
        std::ranges::find_if(steps, [](auto const& step) { return step.transition.to == SynSent; });
    EXPECT_EQ(found->transition.time_ns, called_ns);
    EXPECT_EQ(found->life.endpoint.flow, kOut);
    story.settles();
    EXPECT_EQ(std::ranges::count_if(steps,
                                    [](auto const& step) { return step.transition.to == SynSent; }),
              1)
        << "once";
  }

  test::Socket unbound = story.socket(7, flow("10.0.0.1", 0, "10.0.0.2", 80));
  std::uint64_t called_ns = 0;
};

TEST_F(Unbound, IsToldOnceThePortIsKnown) {
  EXPECT_THAT(story.told(), IsEmpty());
  EXPECT_EQ(story.table().size(), 2U);
  client.port_is_chosen();
  expect_told();
}

TEST_F(Unbound, IsToldBeforeItsNextStep) {
  client.is_seen(SynSent, Established);
  expect_told();
  EXPECT_THAT(story.ended(), IsEmpty());
}

TEST_F(Unbound, LearnsThePortFromItsPeerOnThisMachine) {
  story.socket(9, test::reversed(kOut)).is_requested(0);
  expect_told();
}

TEST_F(Unbound, LearnsNothingFromOtherPeers) {
  story.socket(9, flow("10.0.0.3", 80, "10.0.0.1", 40000)).is_requested(0);
  story.socket(10, test::reversed(kOut), model::Family::Inet, 4026532281).is_requested(0);
  EXPECT_THAT(story.told(), ElementsAre("0 LISTEN>SYN_RECEIVED syn_received",
                                        "0 LISTEN>SYN_RECEIVED syn_received"));
}

TEST_F(Unbound, IsToldWithoutAPortAfterAWhile) {
  story.settles();
  EXPECT_THAT(story.told(), ElementsAre("7 CLOSED>SYN_SENT connect"));
  EXPECT_EQ(story.alive(7).front().endpoint.flow.local_port, 0);
  client.port_is_chosen().goes(Established);
}

TEST_F(Unbound, ThatFailsIsToldToo) {
  unbound.goes(Closed, {.flags = SocketEvent::Owned, .caller = Caller::ConnectCall});
  EXPECT_THAT(story.told(),
              ElementsAre("7 CLOSED>SYN_SENT connect", "7 SYN_SENT>CLOSED connect_failed"));
  EXPECT_EQ(story.table().counts_of(test::kHostNetns).active_opens, 0U) << "no SYN was sent";
}

TEST_F(Opening, TheKernelsOwnCountersAreCountedLikewise) {
  client.connects().goes(Established);
  child.is_requested(kListener).is_born();
  story.socket(10, flow("10.0.0.1", 80, "10.0.0.3", 51001)).is_requested(kListener);
  client.goes(FinWait1, test::closing()).goes(FinWait2).shrinks(FinWait2).goes(Closed);
  client.shrinks(TimeWait);
  auto const counts = story.table().counts_of(test::kHostNetns);
  EXPECT_EQ(counts.active_opens, 1U);
  EXPECT_EQ(counts.passive_opens, 1U) << "a handshake that is not over does not count";
  EXPECT_EQ(counts.minis, 1U);
  EXPECT_EQ(story.table().counts_of(1).minis, 0U);
}

TEST_F(Opening, FlagsOfTheSocketAreTold) {
  client.connects({.flags = SocketEvent::Subflow | SocketEvent::V6Only, .inode = 4711});
  auto const endpoint = story.alive(7).front().endpoint;
  EXPECT_TRUE(endpoint.mptcp_subflow);
  EXPECT_TRUE(endpoint.v6_only);
  EXPECT_EQ(endpoint.inode, 4711U);
  EXPECT_EQ(endpoint.uid, 1000U);
  EXPECT_EQ(story.table().book().namespaces[endpoint.netns].inode, test::kHostNetns);
}

}  // namespace
}  // namespace lastack::track
