// TIME_WAIT: why it ends, and sockets that begin another connection meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/story.hh"

namespace lastack::track {
namespace {

using model::Caller;
using model::SocketEvent;
using test::flow;
using test::Story;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum model::SocketState;
using namespace std::chrono_literals;

model::Flow const kOut = flow("10.0.0.1", 40000, "10.0.0.2", 80);
constexpr std::uint32_t kBlueNetns = 4026532281;

// Each test begins with a client whose connection is in TIME_WAIT.
class InTimeWait : public ::testing::Test {
 protected:
  InTimeWait() {
    client.connects().goes(Established).goes(FinWait1, test::closing()).goes(FinWait2);
    client.shrinks(TimeWait).goes(Closed);
    (void)story.told();
  }
  [[nodiscard]] model::Transition const& last_step() const {
    return story.listening().steps.back().transition;
  }

  Story story;
  test::Socket client = story.socket(7, kOut);
};

TEST_F(InTimeWait, ATimeWaitEndsForTheReasonThatItsTimerWasTakenAwayFor) {
  struct Case {
    Caller caller;
    unsigned flags;
    char const* end;
  };
  std::uint64_t cookie = 100;
  for (auto const& [caller, flags, end] :
       {Case{Caller::Destroy, 0, "TIME_WAIT>CLOSED destroyed"},
        Case{Caller::Segment, 0, "TIME_WAIT>CLOSED rst_received"},
        Case{Caller::Receiver, 0, "TIME_WAIT>CLOSED data_after_close"},
        Case{Caller::TakeOver, 0, "TIME_WAIT>CLOSED time_wait_reused"},
        Case{Caller::NetnsExit, 0, "TIME_WAIT>CLOSED netns_removed"},
        Case{Caller::Unknown, SocketEvent::NetnsDying, "TIME_WAIT>CLOSED netns_removed"},
        Case{Caller::Unknown, 0, "TIME_WAIT>CLOSED unknown"}}) {
    auto other = story.socket(++cookie, flow("10.0.0.1", 40001, "10.0.0.2", 80));
    other.connects()
        .goes(Established)
        .goes(FinWait1, test::closing())
        .shrinks(TimeWait)
        .goes(Closed);
    (void)story.told();
    other.mini_disarmed(TimeWait, caller, flags);
    auto const gone_ns = story.now_ns();
    EXPECT_EQ(story.alive(cookie).size(), 1U) << "not decided yet";
    story.settles();
    EXPECT_THAT(story.told(), ElementsAre(std::to_string(cookie) + " " + end));
    EXPECT_EQ(last_step().time_ns, gone_ns);
  }
}

// A step that was inferred too early; nothing goes back.
TEST_F(InTimeWait, ATimerThatSaysFinWait2BeginsNothingAnew) {
  client.shrinks(FinWait2).mini_disarmed(FinWait2, Caller::Segment);
  EXPECT_THAT(story.told(), IsEmpty());
  story.settles();
  EXPECT_THAT(story.told(), ElementsAre("7 TIME_WAIT>CLOSED rst_received"));
}

TEST_F(InTimeWait, ATimeWaitWhoseTimerIsSetAnewGoesOn) {
  client.mini_disarmed(TimeWait, Caller::Segment).shrinks(TimeWait);
  client.mini_disarmed(TimeWait, Caller::TimerWheel).shrinks(TimeWait);
  story.settles();
  EXPECT_THAT(story.told(), IsEmpty());
  EXPECT_EQ(story.alive(7).size(), 1U);
}

TEST_F(InTimeWait, ANewSynTakesATimeWaitOver) {
  client.mini_disarmed(TimeWait, Caller::Receiver);
  story.socket(9, kOut).is_requested(0);
  story.settles();
  EXPECT_THAT(story.told(), ElementsAre("0 LISTEN>SYN_RECEIVED syn_received",
                                        "7 TIME_WAIT>CLOSED time_wait_recycled"));
  EXPECT_EQ(story.table().size(), 1U);
}

TEST_F(InTimeWait, ATimeWaitThatIsBeingTakenOverDoesNotHideTheNewRequest) {
  client.mini_disarmed(TimeWait, Caller::Receiver);
  auto child = story.socket(9, kOut);
  child.is_requested(0);
  story.socket(7, flow("10.0.0.1", 40002, "10.0.0.2", 80)).connects();
  child.is_born();
  story.settles();
  EXPECT_THAT(story.told(),
              ElementsAre("0 LISTEN>SYN_RECEIVED syn_received", "7 CLOSED>SYN_SENT connect",
                          "9 SYN_RECEIVED>ESTABLISHED ack_received",
                          "7 TIME_WAIT>CLOSED time_wait_recycled"));
  EXPECT_EQ(story.table().size(), 2U);
}

TEST_F(InTimeWait, ASynOfAnotherFlowTakesNothingOver) {
  client.mini_disarmed(TimeWait, Caller::Receiver);
  story.socket(9, flow("10.0.0.1", 40000, "10.0.0.2", 81)).is_requested(0);
  story.settles();
  EXPECT_EQ(story.told().back(), "7 TIME_WAIT>CLOSED data_after_close");
}

TEST_F(InTimeWait, ASynInAnotherNamespaceTakesNothingOver) {
  client.mini_disarmed(TimeWait, Caller::Receiver);
  story.socket(9, kOut, model::Family::Inet, kBlueNetns).is_requested(0);
  story.settles();
  EXPECT_EQ(story.told().back(), "7 TIME_WAIT>CLOSED data_after_close");
}

TEST_F(InTimeWait, ASocketMayBeginAnewBesideItsTimeWait) {
  auto again = story.socket(7, flow("10.0.0.1", 40002, "10.0.0.2", 80));
  again.connects().goes(Established);
  ASSERT_EQ(story.alive(7).size(), 2U);
  EXPECT_EQ(story.counts().inferred, 0U);
  story.pass(60s);
  client.mini_fires(TimeWait);
  EXPECT_THAT(story.told(),
              ElementsAre("7 CLOSED>SYN_SENT connect", "7 SYN_SENT>ESTABLISHED syn_ack_received",
                          "7 TIME_WAIT>CLOSED time_wait_timeout"));
  EXPECT_EQ(story.last_end().endpoint.flow, kOut);
  ASSERT_EQ(story.alive(7).size(), 1U);
  again.goes(Closed, {.error = ECONNRESET});
  EXPECT_EQ(story.table().size(), 0U);
  EXPECT_EQ(story.last_end().endpoint.flow.local_port, 40002);
}

TEST_F(InTimeWait, ATimeWaitEndsThoughItsSocketIsConnectingFromAPortNotYetKnown) {
  story.socket(7, flow("10.0.0.1", 0, "10.0.0.9", 81)).connects();
  client.mini_fires(TimeWait);
  ASSERT_EQ(story.alive(7).size(), 1U);
  EXPECT_EQ(story.alive(7).front().endpoint.state, SynSent);
  EXPECT_EQ(story.alive(7).front().endpoint.flow.local_port, 0) << "still";
  EXPECT_EQ(story.last_end().endpoint.flow, kOut);
}

TEST_F(InTimeWait, ThatStandsAsideLearnsNothingFromItsPeer) {
  story.socket(7, flow("10.0.0.1", 40002, "10.0.0.2", 80)).connects();
  (void)story.told();
  story.socket(8, test::reversed(kOut)).is_seen(CloseWait, LastAck).goes(Closed);
  EXPECT_THAT(story.told(),
              ElementsAre("8 CLOSE_WAIT>LAST_ACK shutdown", "8 LAST_ACK>CLOSED ack_received"));
  client.mini_fires(TimeWait);
  EXPECT_THAT(story.told(), ElementsAre("7 TIME_WAIT>CLOSED time_wait_timeout"));
  EXPECT_EQ(story.alive(7).size(), 1U);
}

// Another one, still in FIN_WAIT_2: its peer's end tells of the step, and its timer is still its
// own.
TEST_F(InTimeWait, AnOrphanAsideIsFoundAfterItsPeerToldOfItsStep) {
  auto const second = flow("10.0.0.1", 40002, "10.0.0.2", 80);
  auto orphan = story.socket(7, second);
  orphan.connects().goes(Established).goes(FinWait1, test::closing()).goes(FinWait2);
  orphan.shrinks(FinWait2).goes(Closed);
  story.socket(7, flow("10.0.0.1", 40003, "10.0.0.2", 80)).connects();
  (void)story.told();
  story.socket(8, test::reversed(second)).is_seen(CloseWait, LastAck).goes(Closed);
  story.pass(60s);
  orphan.mini_fires(TimeWait);
  EXPECT_THAT(
      story.told(),
      ElementsAre("8 CLOSE_WAIT>LAST_ACK shutdown", "7 FIN_WAIT_2>TIME_WAIT fin_received ~",
                  "8 LAST_ACK>CLOSED ack_received", "7 TIME_WAIT>CLOSED time_wait_timeout"));
  EXPECT_EQ(story.last_end().endpoint.flow, second);
  EXPECT_EQ(story.alive(7).size(), 2U);
}

TEST_F(InTimeWait, ANewBeginningMayEndBeforeTheOldTimeWait) {
  auto again = story.socket(7, flow("10.0.0.1", 40002, "10.0.0.2", 80));
  again.connects().goes(Established).goes(Closed, {.error = ECONNRESET});
  ASSERT_EQ(story.alive(7).size(), 1U);
  EXPECT_EQ(story.alive(7).front().endpoint.state, TimeWait);
  client.mini_fires(TimeWait);
  EXPECT_EQ(story.table().size(), 0U);
  EXPECT_EQ(story.counts().defects, 0U);
}

TEST_F(InTimeWait, OneSocketMayHaveSeveralTimeWaits) {
  auto second = story.socket(7, flow("10.0.0.1", 40002, "10.0.0.2", 80));
  second.connects()
      .goes(Established)
      .goes(FinWait1, test::closing())
      .goes(FinWait2)
      .shrinks(TimeWait)
      .goes(Closed);
  auto third = story.socket(7, flow("10.0.0.1", 40003, "10.0.0.2", 80));
  third.connects()
      .goes(Established)
      .goes(FinWait1, test::closing())
      .goes(FinWait2)
      .shrinks(TimeWait)
      .goes(Closed);
  ASSERT_EQ(story.alive(7).size(), 3U);
  for (auto const& each : story.alive(7)) EXPECT_EQ(each.endpoint.state, TimeWait);
  client.mini_fires(TimeWait);
  second.mini_fires(TimeWait);
  third.mini_fires(TimeWait);
  EXPECT_EQ(story.table().size(), 0U);
  EXPECT_EQ(story.ended_count(), 3U);
  EXPECT_EQ(story.counts().defects, 0U);
  EXPECT_EQ(story.counts().inferred, 0U);
}

TEST_F(InTimeWait, AnUnknownTimeWaitThatEndsWasThereBefore) {
  Story empty;
  empty.socket(99, kOut).mini_fires(TimeWait);
  EXPECT_THAT(empty.told(), ElementsAre("99 TIME_WAIT>CLOSED time_wait_timeout"));
  EXPECT_THAT(empty.ended(), ElementsAre("TIME_WAIT ?: time_wait_timeout"));
  EXPECT_TRUE(empty.last_end().from_snapshot);
}

}  // namespace
}  // namespace lastack::track
