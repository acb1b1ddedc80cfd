// Request sockets: handshakes of a listener, and what becomes of them.
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
using test::flow;
using test::Story;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum model::SocketState;
using namespace std::chrono_literals;

model::Flow const kIn = flow("10.0.0.1", 80, "10.0.0.3", 51000);
model::Flow const kPort80 = flow("0.0.0.0", 80, "0.0.0.0", 0);

constexpr std::uint64_t kListener = 5;

// A machine with a server on port 80.
class Requests : public ::testing::Test {
 protected:
  Requests() {
    story.socket(kListener, kPort80).listens();
    (void)story.told();
  }

  Story story;
  test::Socket child = story.socket(9, kIn);
};

TEST_F(Requests, SynAcksThatAreSentAgainAreCountedAndEndNothing) {
  child.is_requested(kListener);
  for (auto const retry : {std::uint8_t{1}, std::uint8_t{2}}) {
    story.pass(1s);
    child.request_disarmed(Caller::TimerWheel).request_fires(kListener);
    child.is_requested(kListener, retry);
    story.settles();
  }
  EXPECT_THAT(story.told(), ElementsAre("0 LISTEN>SYN_RECEIVED syn_received"));
  ASSERT_EQ(story.alive(0).size(), 1U);
  child.is_born();
  story.settles();
  ASSERT_EQ(story.alive(9).size(), 1U);
  EXPECT_EQ(story.alive(9).front().retransmitted_syn_acks, 2);
  EXPECT_EQ(story.alive(9).front().endpoint.state, Established);
}

TEST_F(Requests, ARequestThatNobodyAnswersExpires) {
  child.is_requested(kListener);
  story.pass(1s);
  child.request_disarmed(Caller::TimerWheel).request_fires(kListener);
  auto const fired_ns = story.now_ns();
  story.settles();
  EXPECT_THAT(story.ended(), ElementsAre("SYN_RECEIVED 1002ms: syn_ack_limit"));
  EXPECT_EQ(story.listening().ends.front().time_ns, fired_ns) << "not when it was decided";
  EXPECT_EQ(story.last_end().closed_first_by, Side::Kernel);
  EXPECT_EQ(story.table().size(), 1U);
}

TEST_F(Requests, ARequestEndsForTheReasonThatItsTimerWasTakenAwayFor) {
  struct Case {
    Caller caller;
    unsigned flags;
    char const* end;
  };
  for (auto const& [caller, flags, end] :
       {Case{Caller::Segment, 0, "SYN_RECEIVED 1ms: rst_received"},
        Case{Caller::Destroy, 0, "SYN_RECEIVED 1ms: destroyed"},
        Case{Caller::NetnsExit, 0, "SYN_RECEIVED 1ms: netns_removed"},
        Case{Caller::Unknown, SocketEvent::NetnsDying, "SYN_RECEIVED 1ms: netns_removed"},
        Case{Caller::ListenerEnd, 0, "SYN_RECEIVED 1ms: listener_closed"},
        Case{Caller::Unknown, 0, "SYN_RECEIVED 1ms: request_dropped"}}) {
    child.is_requested(kListener).request_disarmed(caller, flags);
    EXPECT_EQ(story.table().size(), 2U) << "not decided yet";
    story.settles();
    EXPECT_EQ(story.ended().back(), end);
    EXPECT_EQ(story.table().size(), 1U);
  }
}

// The kernel reported nothing of the socket that grew out of it.
TEST_F(Requests, AHandshakeIsOverThoughItsChildWasNotSeen) {
  child.is_requested(kListener).request_disarmed(Caller::Handshake);
  story.settles();
  EXPECT_THAT(story.told(), ElementsAre("0 LISTEN>SYN_RECEIVED syn_received",
                                        "0 SYN_RECEIVED>ESTABLISHED ack_received ~"));
  child.is_seen(Established, CloseWait);
  EXPECT_THAT(story.told(), ElementsAre("9 ESTABLISHED>CLOSE_WAIT fin_received"));
  EXPECT_EQ(story.table().size(), 2U);
  EXPECT_EQ(story.counts().begun, 2U) << "the listener and this one";
  child.goes(LastAck, test::closing()).goes(Closed);
  EXPECT_EQ(story.table().size(), 1U);
}

TEST_F(Requests, AChildThatIsFirstSeenLaterIsThatOfItsRequest) {
  child.is_requested(kListener).is_seen(Established, CloseWait);
  story.settles();
  EXPECT_THAT(story.told(), ElementsAre("0 LISTEN>SYN_RECEIVED syn_received",
                                        "9 SYN_RECEIVED>ESTABLISHED ack_received ~",
                                        "9 ESTABLISHED>CLOSE_WAIT fin_received"));
  EXPECT_EQ(story.table().size(), 2U);
}

TEST_F(Requests, ARequestOfAClosedListenerDiesAtItsNextTimer) {
  child.is_requested(kListener);
  story.socket(kListener, kPort80).is_seen(Listen, Closed, test::closing());
  child.request_disarmed(Caller::TimerWheel).request_fires(kListener);
  story.settles();
  EXPECT_EQ(story.ended().back(), "SYN_RECEIVED 3ms: listener_closed");
  EXPECT_EQ(story.table().size(), 0U);
}

TEST_F(Requests, NothingIsDecidedTooEarly) {
  child.is_requested(kListener).request_disarmed(Caller::Unknown);
  story.table().settle(story.now_ns() + 1'900'000);
  EXPECT_EQ(story.table().size(), 2U);
  story.table().settle(story.now_ns() + 2'000'000);
  EXPECT_EQ(story.table().size(), 1U);
}

TEST_F(Requests, ATimerThatIsSetAnewEndsNothing) {
  child.is_requested(kListener).request_disarmed(Caller::Unknown).is_requested(kListener, 1);
  story.settles();
  EXPECT_THAT(story.ended(), IsEmpty());
  ASSERT_EQ(story.alive(0).size(), 1U);
  child.request_disarmed(Caller::Segment);
  story.settles();
  EXPECT_THAT(story.ended(), ElementsAre("SYN_RECEIVED 13ms: rst_received"));
}

TEST_F(Requests, ANewRequestOfTheSameFlowIsAnotherConnection) {
  child.is_requested(kListener).request_disarmed(Caller::Unknown).is_requested(kListener);
  story.settles();
  EXPECT_THAT(story.told(), ElementsAre("0 LISTEN>SYN_RECEIVED syn_received",
                                        "0 SYN_RECEIVED>CLOSED request_dropped",
                                        "0 LISTEN>SYN_RECEIVED syn_received"));
  EXPECT_EQ(story.table().size(), 2U) << "the listener and the second";
}

TEST_F(Requests, RequestsOfOneFlowInTwoNamespacesAreTwo) {
  auto elsewhere = story.socket(11, kIn, model::Family::Inet, 4026532281);
  child.is_requested(kListener);
  elsewhere.is_requested(0);
  EXPECT_EQ(story.table().size(), 3U);
  elsewhere.request_disarmed(Caller::Segment);
  child.is_born();
  story.settles();
  ASSERT_EQ(story.ended_count(), 1U);
  EXPECT_EQ(story.alive(9).front().endpoint.state, Established);
}

TEST_F(Requests, ARequestMayHaveItsCookieFromTheStart) {
  child.with_request_cookie(9).is_requested(kListener);
  ASSERT_EQ(story.alive(9).size(), 1U);
  child.is_born();
  story.settles();
  EXPECT_THAT(story.ended(), IsEmpty());
  ASSERT_EQ(story.alive(9).size(), 1U);
  EXPECT_EQ(story.alive(9).front().endpoint.state, Established);
  EXPECT_FALSE(story.alive(9).front().is_request);
  child.is_requested(kListener);
  EXPECT_EQ(story.counts().begun, 3U) << "its flow is free for a request once more";
}

TEST_F(Requests, OrLearnItLater) {
  child.is_requested(kListener).with_request_cookie(9).is_requested(kListener, 1);
  ASSERT_EQ(story.alive(9).size(), 1U);
  child.is_born();
  story.settles();
  EXPECT_EQ(story.alive(9).front().endpoint.state, Established);
  EXPECT_EQ(story.counts().begun, 2U);
}

TEST_F(Requests, AChildWithoutARequestCameByASynCookie) {
  child.is_seen(SynReceived, Established);
  EXPECT_THAT(story.told(), ElementsAre("9 LISTEN>SYN_RECEIVED syn_received ~",
                                        "9 SYN_RECEIVED>ESTABLISHED syn_cookie"));
  child.goes(Closed, {.error = ECONNRESET});
  EXPECT_EQ(story.last_end().opened_by, Side::Remote);
  EXPECT_FALSE(story.last_end().from_snapshot);
  EXPECT_EQ(story.last_end().path().front().state(), SynReceived) << "it never was in LISTEN";
}

TEST_F(Requests, WhereRequestsCannotBeSeenNothingIsSaidOfSynCookies) {
  story.table().expect_no_callers();
  child.is_seen(SynReceived, Established);
  EXPECT_THAT(story.told(), ElementsAre("9 LISTEN>SYN_RECEIVED syn_received ~",
                                        "9 SYN_RECEIVED>ESTABLISHED ack_received"));
}

TEST_F(Requests, AFastOpenChildIsThereFromTheSynOn) {
  auto unborn = story.socket(0, kIn);
  unborn.is_seen(Listen, SynReceived);
  child.is_seen(SynReceived, Established);
  EXPECT_THAT(story.told(), ElementsAre("0 LISTEN>SYN_RECEIVED syn_received",
                                        "9 SYN_RECEIVED>ESTABLISHED ack_received"));
  child.goes(Closed, {.error = ECONNRESET});
  EXPECT_THAT(story.ended(), ElementsAre("SYN_RECEIVED 1ms, ESTABLISHED 1ms: rst_received"));
  EXPECT_EQ(story.last_end().opened_by, Side::Remote);
  EXPECT_EQ(story.table().size(), 1U) << "the listener goes on";
}

TEST_F(Requests, TheChildOfAKnownRequestIsNotASecondConnection) {
  child.is_requested(kListener);
  story.socket(0, kIn).is_seen(Listen, SynReceived);
  child.is_born();
  EXPECT_EQ(story.counts().begun, 2U);
  EXPECT_EQ(story.table().size(), 2U);
}

TEST_F(Requests, AChildThatLosesTheRaceLeavesTheRequestAlone) {
  child.is_requested(kListener);
  story.socket(10, kIn).is_seen(SynReceived, Closed);
  child.is_born();
  story.settles();
  EXPECT_THAT(story.told(), ElementsAre("0 LISTEN>SYN_RECEIVED syn_received",
                                        "9 SYN_RECEIVED>ESTABLISHED ack_received"));
  EXPECT_EQ(story.counts().begun, 2U);
  EXPECT_EQ(story.counts().ended, 0U);
}

}  // namespace
}  // namespace lastack::track
