// Events that were lost: the next one shows the gap, and what must have happened between is told
// as inferred.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/story.hh"

namespace lastack::track {
namespace {

using model::Caller;
using model::Side;
using test::flow;
using test::Story;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using enum model::SocketState;
using namespace std::chrono_literals;

model::Flow const kOut = flow("10.0.0.1", 40000, "10.0.0.2", 80);

class Repair : public ::testing::Test {
 protected:
  Story story;
  test::Socket client = story.socket(7, kOut);
};

TEST_F(Repair, AMissingMiddleIsPassedThrough) {
  client.connects();
  auto const heard_ns = story.now_ns();
  story.pass(4ms);
  client.is_seen(Established, FinWait1, test::closing());
  EXPECT_THAT(story.told(),
              ElementsAre("7 CLOSED>SYN_SENT connect", "7 SYN_SENT>ESTABLISHED syn_ack_received ~",
                          "7 ESTABLISHED>FIN_WAIT_1 close"));
  auto const& repaired = story.listening().steps[1];
  EXPECT_EQ(repaired.transition.time_ns, story.now_ns());
  EXPECT_EQ(repaired.transition.not_before_ns, heard_ns);
  EXPECT_TRUE(repaired.life.has_inferred);
  EXPECT_EQ(story.counts().inferred, 1U);
  EXPECT_EQ(story.counts().transitions, 3U);
  EXPECT_EQ(story.counts().defects, 0U);
}

// What was seen is told as seen.
TEST_F(Repair, OnlyWhatIsMissingIsInferred) {
  client.connects().goes(Established).is_seen(FinWait1, FinWait2);
  for (auto const& step : story.listening().steps) {
    EXPECT_EQ(step.transition.inferred, step.transition.to == FinWait1);
    EXPECT_EQ(step.transition.not_before_ns != 0, step.transition.inferred);
  }
}

TEST_F(Repair, OfSeveralMissingStatesNobodyKnowsHowLongTheyTook) {
  client.connects();
  client.is_seen(LastAck, Closed);
  EXPECT_THAT(story.told(),
              ElementsAre("7 CLOSED>SYN_SENT connect", "7 SYN_SENT>ESTABLISHED syn_ack_received ~",
                          "7 ESTABLISHED>CLOSE_WAIT fin_received ~",
                          "7 CLOSE_WAIT>LAST_ACK close ~", "7 LAST_ACK>CLOSED ack_received"));
  EXPECT_THAT(
      story.ended(),
      ElementsAre("SYN_SENT 1ms~, ESTABLISHED ?~, CLOSE_WAIT ?~, LAST_ACK ?: ack_received"));
  EXPECT_EQ(story.counts().defects, 0U);
}

TEST_F(Repair, OfTheStateThatAGapEndsInTheDwellIsUnknown) {
  client.connects();
  client.is_seen(Established, FinWait1, test::closing());
  EXPECT_EQ(story.listening().steps.back().transition.dwell_ns, model::kUnknown64)
      << "between nothing and the whole gap";
}

TEST_F(Repair, AMissingBeginningIsUnknown) {
  client.is_seen(Established, CloseWait).goes(LastAck, test::closing()).goes(Closed);
  EXPECT_THAT(story.told(),
              ElementsAre("7 ESTABLISHED>CLOSE_WAIT fin_received", "7 CLOSE_WAIT>LAST_ACK close",
                          "7 LAST_ACK>CLOSED ack_received"));
  EXPECT_THAT(story.ended(),
              ElementsAre("ESTABLISHED ?, CLOSE_WAIT 1ms, LAST_ACK 1ms: ack_received"));
  EXPECT_TRUE(story.last_end().from_snapshot);
  EXPECT_EQ(story.last_end().opened_by, Side::Unknown);
  EXPECT_EQ(story.last_end().born_ns, 0U);
  EXPECT_EQ(story.counts().inferred, 0U);
  EXPECT_EQ(story.counts().defects, 0U);
}

TEST_F(Repair, AMissingConnectIsUnknown) {
  client.is_seen(SynSent, Established);
  EXPECT_THAT(story.told(), ElementsAre("7 SYN_SENT>ESTABLISHED syn_ack_received"));
  EXPECT_EQ(story.alive(7).front().path().front().dwell_us(), model::Hop::kUnknownDwell);
}

TEST_F(Repair, AMissingEndIsToldWhenTheSocketBeginsAnew) {
  client.connects().goes(Established);
  auto const heard_ns = story.now_ns();
  client.connects();
  EXPECT_THAT(story.told(),
              ElementsAre("7 CLOSED>SYN_SENT connect", "7 SYN_SENT>ESTABLISHED syn_ack_received",
                          "7 ESTABLISHED>CLOSED unknown ~", "7 CLOSED>SYN_SENT connect"));
  EXPECT_THAT(story.ended(), ElementsAre("SYN_SENT 1ms, ESTABLISHED 1ms~: unknown"));
  EXPECT_EQ(story.listening().steps[2].transition.not_before_ns, heard_ns);
  EXPECT_EQ(story.table().size(), 1U);
  EXPECT_EQ(story.counts().defects, 0U);
}

TEST_F(Repair, AMiniSocketTellsWhatItsFullSocketWentThrough) {
  client.connects().goes(Established).shrinks(FinWait2).goes(Closed);
  EXPECT_THAT(
      story.told(),
      ElementsAre("7 CLOSED>SYN_SENT connect", "7 SYN_SENT>ESTABLISHED syn_ack_received",
                  "7 ESTABLISHED>FIN_WAIT_1 close ~", "7 FIN_WAIT_1>FIN_WAIT_2 ack_received ~"));
  EXPECT_TRUE(story.alive(7).front().is_mini);
}

TEST_F(Repair, ATimeWaitTellsWhatItsFullSocketWentThrough) {
  client.connects().goes(Established).shrinks(TimeWait).goes(Closed);
  EXPECT_THAT(
      story.told(),
      ElementsAre("7 CLOSED>SYN_SENT connect", "7 SYN_SENT>ESTABLISHED syn_ack_received",
                  "7 ESTABLISHED>FIN_WAIT_1 close ~", "7 FIN_WAIT_1>FIN_WAIT_2 ack_received ~",
                  "7 FIN_WAIT_2>TIME_WAIT fin_received"));
}

// Its socket has begun another connection, and that was missed.
TEST_F(Repair, AMiniSocketDoesNotComeBackToLife) {
  client.connects()
      .goes(Established)
      .goes(FinWait1, test::closing())
      .goes(FinWait2)
      .shrinks(TimeWait);
  auto again = story.socket(7, flow("10.0.0.1", 40001, "10.0.0.2", 80));
  again.is_seen(Established, CloseWait);
  ASSERT_EQ(story.alive(7).size(), 2U);
  client.mini_fires(TimeWait);
  ASSERT_EQ(story.alive(7).size(), 1U);
  EXPECT_EQ(story.alive(7).front().endpoint.state, CloseWait);
  EXPECT_EQ(story.counts().inferred, 0U);
}

// A mini-socket from before it was watched shares its cookie with a connection that is alive.
TEST_F(Repair, AnUnknownMiniSocketDoesNotTakeTheCookieOfALivingConnection) {
  client.connects().goes(Established);
  auto before = story.socket(7, flow("10.0.0.1", 39999, "10.0.0.2", 80));
  before.shrinks(TimeWait);
  EXPECT_EQ(story.alive(7).size(), 2U);
  client.goes(CloseWait);
  before.mini_fires(TimeWait);
  ASSERT_EQ(story.alive(7).size(), 1U);
  EXPECT_EQ(story.alive(7).front().endpoint.state, CloseWait);
  EXPECT_EQ(story.alive(7).front().path().size(), 2U);
  EXPECT_EQ(story.counts().inferred, 0U);
}

TEST_F(Repair, ATimerThatFiresTellsOfAMiniSocketThatWasMissed) {
  client.connects().goes(Established).goes(FinWait1, test::closing());
  story.pass(60s);
  client.mini_fires(FinWait2);
  EXPECT_THAT(
      story.told(),
      ElementsAre("7 CLOSED>SYN_SENT connect", "7 SYN_SENT>ESTABLISHED syn_ack_received",
                  "7 ESTABLISHED>FIN_WAIT_1 close", "7 FIN_WAIT_1>FIN_WAIT_2 ack_received ~",
                  "7 FIN_WAIT_2>CLOSED fin_wait_2_timeout"));
}

TEST_F(Repair, ATimeWaitThatWasMissedHasLastedAsLongAsAllDo) {
  client.connects().goes(Established).goes(FinWait1, test::closing());
  story.pass(70s);
  client.mini_fires(TimeWait);
  EXPECT_EQ(story.told().back(), "7 TIME_WAIT>CLOSED time_wait_timeout");
  EXPECT_EQ(story.listening().steps.back().transition.dwell_ns, 60'000'000'000U);
  EXPECT_EQ(story.counts().defects, 0U);
}

TEST_F(Repair, AMiniSocketThatIsDestroyedTellsOfItsState) {
  client.connects().goes(Established).goes(FinWait1, test::closing());
  client.mini_disarmed(FinWait2, Caller::Destroy);
  story.settles();
  EXPECT_EQ(story.told().back(), "7 FIN_WAIT_2>CLOSED destroyed");
}

TEST_F(Repair, AMiniSocketOfAConnectionWhosePortWasNotYetKnown) {
  story.socket(7, flow("10.0.0.1", 0, "10.0.0.2", 80)).connects();
  client.shrinks(TimeWait);
  EXPECT_EQ(story.table().size(), 1U);
  EXPECT_EQ(story.alive(7).front().endpoint.flow, kOut);
  EXPECT_EQ(story.alive(7).front().path().front().state(), SynSent);
}

TEST_F(Repair, ARequestThatWasMissedIsNoRepair) {
  client.is_seen(SynReceived, Established);
  EXPECT_EQ(story.counts().begun, 1U);
  EXPECT_EQ(story.alive(7).front().opened_by, Side::Remote);
}

TEST_F(Repair, WhatNoRuleAllowsIsADefectOfOurs) {
  client.connects().goes(Established).goes(LastAck);
  EXPECT_EQ(story.counts().defects, 1U);
  EXPECT_THAT(story.table().defects(), ElementsAre("ESTABLISHED -> LAST_ACK of cookie 7"));
}

TEST_F(Repair, AWayBackThatDoesNotExistIsADefectAndNoHang) {
  client.connects().goes(Established).goes(CloseWait).goes(LastAck, test::closing());
  client.is_seen(SynSent, Established);
  EXPECT_EQ(story.alive(7).front().endpoint.state, Established);
  EXPECT_EQ(story.counts().defects, 1U);
}

TEST_F(Repair, DefectsAreCountedAndSomeAreKept) {
  client.connects();
  for (int i = 0; i < 40; ++i) client.goes(Established).goes(SynSent);
  EXPECT_EQ(story.counts().defects, 40U);
  EXPECT_THAT(story.table().defects(), SizeIs(16));
}

// The bounds of an inferred step enclose it: it is neither before the last that was heard nor
// after what showed it.
TEST_F(Repair, BoundsEncloseWhatWasMissed) {
  for (auto const from : {Established, CloseWait, FinWait1, FinWait2, Closing, LastAck}) {
    Story one;
    auto socket = one.socket(7, kOut);
    socket.connects();
    auto const heard_ns = one.now_ns();
    one.pass(7ms);
    socket.is_seen(from, Closed, {.error = ECONNRESET});
    for (auto const& step : one.listening().steps) {
      if (!step.transition.inferred) continue;
      EXPECT_EQ(step.transition.not_before_ns, heard_ns) << name(from);
      EXPECT_EQ(step.transition.time_ns, one.now_ns());
    }
    EXPECT_EQ(one.counts().defects, 0U) << name(from);
    EXPECT_EQ(one.table().size(), 0U);
  }
}

}  // namespace
}  // namespace lastack::track
