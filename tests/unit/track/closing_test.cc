// How connections end: mini-sockets, TIME_WAIT, and sockets that begin another one meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/story.hh"

namespace lastack::track {
namespace {

using model::Caller;
using model::Side;
using model::SocketEvent;
using test::flow;
using test::Story;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum model::SocketState;
using namespace std::chrono_literals;

model::Flow const kOut = flow("10.0.0.1", 40000, "10.0.0.2", 80);
constexpr std::uint32_t kBlueNetns = 4026532281;

// Each test begins with a client that has sent its FIN and got the ACK of it.
class Ending : public ::testing::Test {
 protected:
  Ending() {
    client.connects({.inode = 55}).goes(Established);
    client.goes(FinWait1, test::closing()).goes(FinWait2);
    fin_wait_2_ns = story.now_ns();
    (void)story.told();
  }
  // close() leaves a mini-socket; its peer has not closed yet.
  void orphan() { client.shrinks(FinWait2).goes(Closed, {.totals = &totals}); }
  // The peer has closed, too.
  void time_wait() {
    client.shrinks(TimeWait).goes(Closed, {.totals = &totals});
    (void)story.told();
  }
  [[nodiscard]] model::Transition const& last_step() const {
    return story.listening().steps.back().transition;
  }

  Story story;
  test::Socket client = story.socket(7, kOut);
  model::Totals totals{.bytes_sent = 100, .bytes_received = 51, .segs_out = 5, .segs_in = 4};
  std::uint64_t fin_wait_2_ns = 0;
};

TEST_F(Ending, TheFullSocketGoesIntoItsMiniSocket) {
  orphan();
  EXPECT_THAT(story.told(), IsEmpty()) << "its CLOSED is no end";
  ASSERT_EQ(story.alive(7).size(), 1U);
  auto const life = story.alive(7).front();
  EXPECT_EQ(life.endpoint.state, FinWait2);
  EXPECT_TRUE(life.is_mini);
  EXPECT_EQ(life.endpoint.inode, 0U);
  ASSERT_TRUE(life.totals_known);
  EXPECT_EQ(life.totals.bytes_received, 51U) << "no FIN has come";
  EXPECT_EQ(life.totals.bytes_sent, 100U);
}

TEST_F(Ending, InTimeWaitThePeersFinIsNoByte) {
  time_wait();
  EXPECT_EQ(story.alive(7).front().totals.bytes_received, 50U);
}

TEST_F(Ending, AnOrphanWhosePeerNeverClosesTimesOut) {
  orphan();
  story.pass(60s);
  client.mini_fires(FinWait2);
  EXPECT_THAT(story.told(), ElementsAre("7 FIN_WAIT_2>CLOSED fin_wait_2_timeout"));
  EXPECT_EQ(story.last_end().closed_first_by, Side::Local);
  EXPECT_EQ(story.table().size(), 0U);
}

// The step happens inside the mini-socket; that the timer fires in TIME_WAIT tells when it was.
TEST_F(Ending, TheUnseenStepToTimeWaitIsDatedBackAtItsEnd) {
  orphan();
  story.pass(60s + 5s);
  client.mini_fires(TimeWait);
  ASSERT_THAT(story.told(), ElementsAre("7 FIN_WAIT_2>TIME_WAIT fin_received ~",
                                        "7 TIME_WAIT>CLOSED time_wait_timeout"));
  auto const& steps = story.listening().steps;
  auto const& flip = steps[steps.size() - 2].transition;
  EXPECT_EQ(flip.time_ns, story.now_ns() - 60'000'000'000);
  EXPECT_EQ(flip.not_before_ns, fin_wait_2_ns);
  EXPECT_EQ(flip.dwell_ns, flip.time_ns - fin_wait_2_ns);
  EXPECT_FALSE(last_step().inferred);
  EXPECT_EQ(last_step().dwell_ns, 60'000'000'000U);
  EXPECT_TRUE(story.last_end().has_inferred);
  EXPECT_EQ(story.counts().inferred, 1U);
}

TEST_F(Ending, TheUnseenStepIsNotBeforeTheStateThatItLeaves) {
  orphan();
  story.pass(10s);
  client.mini_fires(TimeWait);
  auto const& steps = story.listening().steps;
  EXPECT_EQ(steps[steps.size() - 2].transition.time_ns, fin_wait_2_ns);
}

TEST_F(Ending, AStepToTimeWaitThatSetsTheTimerAnewIsSeen) {
  orphan();
  client.mini_disarmed(TimeWait, Caller::TimerWheel).shrinks(TimeWait);
  EXPECT_THAT(story.told(), ElementsAre("7 FIN_WAIT_2>TIME_WAIT fin_received"));
  story.pass(60s);
  client.mini_fires(TimeWait);
  EXPECT_THAT(story.told(), ElementsAre("7 TIME_WAIT>CLOSED time_wait_timeout"));
  EXPECT_EQ(story.counts().inferred, 0U);
}

// Its FIN has come at the latest when the peer gets the ACK of it.
TEST_F(Ending, AnOrphanIsInTimeWaitOnceItsPeerOnThisMachineIsGone) {
  auto peer = story.socket(8, test::reversed(kOut));
  orphan();
  peer.is_seen(CloseWait, LastAck, test::closing()).goes(Closed);
  EXPECT_THAT(story.told(),
              ElementsAre("8 CLOSE_WAIT>LAST_ACK close", "7 FIN_WAIT_2>TIME_WAIT fin_received ~",
                          "8 LAST_ACK>CLOSED ack_received"));
  EXPECT_EQ(last_step().time_ns, story.now_ns());
  story.pass(60s);
  client.mini_fires(TimeWait);
  EXPECT_THAT(story.told(), ElementsAre("7 TIME_WAIT>CLOSED time_wait_timeout"));
}

TEST_F(Ending, APeerOfAnotherNamespaceTellsNothing) {
  auto peer = story.socket(8, test::reversed(kOut), model::Family::Inet, kBlueNetns);
  orphan();
  peer.is_seen(CloseWait, LastAck).goes(Closed);
  EXPECT_EQ(story.alive(7).front().endpoint.state, FinWait2);
}

TEST_F(Ending, APeerThatIsResetTellsNothing) {
  auto peer = story.socket(8, test::reversed(kOut));
  orphan();
  peer.is_seen(CloseWait, Closed, {.error = ECONNRESET});
  EXPECT_EQ(story.alive(7).front().endpoint.state, FinWait2);
}

// The FIN met the full socket just when it went: answered by a reset, and the mini-socket goes on.
TEST_F(Ending, APeerWhoseFinIsResetTellsNothing) {
  auto peer = story.socket(8, test::reversed(kOut));
  orphan();
  peer.is_seen(CloseWait, LastAck, test::closing()).goes(Closed, {.error = ECONNRESET});
  EXPECT_EQ(story.alive(7).front().endpoint.state, FinWait2);
}

TEST_F(Ending, APeerTellsNothingNewOfATimeWait) {
  auto peer = story.socket(8, test::reversed(kOut));
  orphan();
  client.shrinks(TimeWait);
  (void)story.told();
  peer.is_seen(CloseWait, LastAck).goes(Closed);
  EXPECT_THAT(story.told(),
              ElementsAre("8 CLOSE_WAIT>LAST_ACK shutdown", "8 LAST_ACK>CLOSED ack_received"));
}

// The kernel passes through FIN_WAIT_2 even then; that step was not told.
TEST_F(Ending, FinAndAckOfOneSegmentPassThroughFinWait2) {
  auto other = story.socket(8, flow("10.0.0.1", 40001, "10.0.0.2", 80));
  other.connects().goes(Established).goes(FinWait1, test::closing());
  other.shrinks(TimeWait).goes(Closed);
  auto const told = story.told();
  ASSERT_GE(told.size(), 2U);
  EXPECT_EQ(told[told.size() - 2], "8 FIN_WAIT_1>FIN_WAIT_2 ack_received ~");
  EXPECT_EQ(told.back(), "8 FIN_WAIT_2>TIME_WAIT fin_received");
}

TEST_F(Ending, SimultaneousClose) {
  auto other = story.socket(8, flow("10.0.0.1", 40001, "10.0.0.2", 80));
  other.connects().goes(Established).goes(FinWait1, test::closing()).goes(Closing);
  (void)story.told();
  other.shrinks(TimeWait).goes(Closed);
  story.pass(60s);
  other.mini_fires(TimeWait);
  EXPECT_THAT(story.told(), ElementsAre("8 CLOSING>TIME_WAIT ack_received",
                                        "8 TIME_WAIT>CLOSED time_wait_timeout"));
}

TEST_F(Ending, WithoutRoomForATimeWaitTheConnectionIsOverAtOnce) {
  client.goes(Closed, {.flags = SocketEvent::Orphan, .totals = &totals, .time_wait_full = true});
  EXPECT_THAT(story.told(), ElementsAre("7 FIN_WAIT_2>CLOSED time_wait_table_full"));
  EXPECT_EQ(story.last_end().closed_first_by, Side::Local) << "the FIN came before";
  EXPECT_EQ(story.last_end().totals.bytes_received, 50U) << "the peer's FIN had come";
}

TEST_F(Ending, WithoutRoomAfterASimultaneousClose) {
  auto other = story.socket(8, flow("10.0.0.1", 40001, "10.0.0.2", 80));
  other.connects().goes(Established).goes(FinWait1, test::closing()).goes(Closing);
  other.goes(Closed, {.flags = SocketEvent::Orphan, .time_wait_full = true});
  EXPECT_EQ(story.told().back(), "8 CLOSING>CLOSED time_wait_table_full");
}

// Where the timers of small sockets cannot be seen, the full socket just goes.
TEST_F(Ending, AnUnseenMiniSocketOfAnOrphanWaitsForItsPeer) {
  client.goes(Closed, {.flags = SocketEvent::Orphan, .totals = &totals});
  EXPECT_THAT(story.told(), IsEmpty());
  ASSERT_EQ(story.alive(7).size(), 1U);
  EXPECT_TRUE(story.alive(7).front().is_mini);
  EXPECT_EQ(story.alive(7).front().endpoint.state, FinWait2);
  EXPECT_EQ(story.alive(7).front().totals.bytes_sent, 100U);
  story.socket(8, test::reversed(kOut)).is_seen(CloseWait, LastAck).goes(Closed);
  EXPECT_EQ(story.alive(7).front().endpoint.state, TimeWait) << "its peer on this machine tells";
}

// A RST for data that comes after close() ends an orphan in FIN_WAIT_2 just as its mini-socket
// does: only that there is no mini-socket tells, and events may have been skipped.
class Doubtful : public Ending {
 protected:
  Doubtful() {
    client.goes(Closed, {.flags = SocketEvent::Orphan, .caller = Caller::Receiver});
    gone_ns = story.now_ns();
  }
  void wait() {
    story.pass(500ms);
    story.settles();
  }

  std::uint64_t gone_ns = 0;
};

TEST_F(Doubtful, WithoutAMiniSocketItWasDataAfterClose) {
  story.settles();
  EXPECT_THAT(story.told(), IsEmpty()) << "not decided yet";
  wait();
  EXPECT_THAT(story.told(), ElementsAre("7 FIN_WAIT_2>CLOSED data_after_close"));
  EXPECT_EQ(story.listening().ends.back().time_ns, gone_ns);
  EXPECT_EQ(story.table().counts_of(test::kHostNetns).minis, 0U);
}

TEST_F(Doubtful, WhereEventsWereSkippedTheMiniSocketMayBeThere) {
  story.table().doubt_absences();
  wait();
  EXPECT_THAT(story.told(), IsEmpty());
  ASSERT_EQ(story.alive(7).size(), 1U);
  EXPECT_EQ(story.alive(7).front().endpoint.state, FinWait2);
}

TEST_F(Doubtful, AnEventOfTheMiniSocketTellsThatItIsThere) {
  client.shrinks(TimeWait);
  wait();
  EXPECT_EQ(story.alive(7).front().endpoint.state, TimeWait);
}

// Whom the kernel resets gets no ACK of its FIN.
TEST_F(Doubtful, APeerOnThisMachineThatGotItsAckTellsThatItIsThere) {
  story.socket(8, test::reversed(kOut)).is_seen(CloseWait, LastAck).goes(Closed);
  wait();
  ASSERT_EQ(story.alive(7).size(), 1U);
  EXPECT_EQ(story.alive(7).front().endpoint.state, TimeWait);
}

TEST_F(Ending, AnUnseenTimeWaitIsInferred) {
  client.goes(Closed, {.totals = &totals});
  EXPECT_THAT(story.told(), ElementsAre("7 FIN_WAIT_2>TIME_WAIT fin_received ~"));
  EXPECT_TRUE(story.alive(7).front().is_mini);
  EXPECT_EQ(story.alive(7).front().totals.bytes_received, 50U) << "the FIN is no byte";
  EXPECT_EQ(last_step().not_before_ns, story.now_ns()) << "it was just now";
}

TEST_F(Ending, AnOrphanThatIsDestroyedEndsInFinWait2) {
  orphan();
  client.mini_disarmed(FinWait2, Caller::Destroy);
  story.settles();
  EXPECT_THAT(story.told(), ElementsAre("7 FIN_WAIT_2>CLOSED destroyed"));
}

// RFC 6191: a new SYN of the same addresses and ports.
// A process may connect() a socket again whose last connection is still in TIME_WAIT.
TEST_F(Ending, OfUnknownSmallSocketsWithoutACookieNothingIsMade) {
  Story empty;
  auto stranger = empty.socket(0, kOut);
  stranger.shrinks(TimeWait).mini_fires(TimeWait).mini_disarmed(TimeWait, Caller::Segment);
  stranger.request_disarmed(Caller::Segment).request_fires();
  empty.settles();
  EXPECT_EQ(empty.counts().begun, 0U);
  EXPECT_EQ(empty.counts().events, 6U);
}

TEST_F(Ending, AnAcceptOfAnUnknownSocketMakesNothing) {
  Story empty;
  empty.socket(99, kOut).is_accepted(test::actor(100, "nginx"));
  EXPECT_EQ(empty.counts().begun, 0U);
}

TEST_F(Ending, AMiniSocketThatNobodyKnowsWasThereBefore) {
  Story empty;
  empty.socket(99, kOut).shrinks(TimeWait);
  EXPECT_THAT(empty.told(), IsEmpty()) << "nobody saw it change";
  ASSERT_EQ(empty.alive(99).size(), 1U);
  EXPECT_EQ(empty.alive(99).front().endpoint.state, TimeWait);
  EXPECT_TRUE(empty.alive(99).front().is_mini);
  EXPECT_TRUE(empty.alive(99).front().from_snapshot);
}

TEST_F(Ending, APathHasRoomForTheLongestWayAndCountsWhatIsBeyond) {
  auto odd = story.socket(8, flow("10.0.0.1", 40001, "10.0.0.2", 80));
  odd.connects().goes(Established);
  for (int i = 0; i < 6; ++i) odd.goes(CloseWait).goes(Established);  // nothing does this
  odd.goes(Closed, {.error = ECONNRESET});
  EXPECT_EQ(story.last_end().path().size(), model::Life::kMaxHops);
  EXPECT_EQ(story.last_end().lost_hops, 4);
  EXPECT_EQ(story.last_end().path().front().state(), SynSent);
  EXPECT_EQ(story.counts().defects, 6U);
}

}  // namespace
}  // namespace lastack::track
