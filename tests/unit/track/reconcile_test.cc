// The live table beside dumps of what there is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "support/found.hh"

namespace lastack::track {
namespace {

using model::Caller;
using model::NoOwner;
using model::OwnerSource;
using model::Side;
using model::SocketEvent;
using test::actor;
using test::expect_same_rows;
using test::flow;
using test::Found;
using test::Story;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum model::SocketState;
using namespace std::chrono_literals;

model::Flow const kOut = flow("10.0.0.1", 40000, "10.0.0.2", 80);
model::Flow const kIn = flow("10.0.0.1", 80, "10.0.0.3", 51000);

class Reconciling : public ::testing::Test {
 protected:
  Story story;
  test::Socket client = story.socket(7, kOut);
  test::Socket child = story.socket(9, kIn);
};

TEST_F(Reconciling, TheTableEqualsTheFirstDumpRowForRow) {
  auto const seen = test::sample_snapshot();
  auto const corrections = story.looks(seen, true);
  EXPECT_THAT(story.told(), IsEmpty()) << "it was there before";
  expect_same_rows(story.table().snapshot(), seen);
  EXPECT_EQ(corrections.found, story.table().size());
  EXPECT_LT(story.table().size(), seen.endpoints.size()) << "UDP and inactive sockets are no lives";
  story.table().for_each([](Connection const& each) {
    EXPECT_TRUE(each.from_snapshot);
    EXPECT_EQ(each.since_ns, 0U);
  });
}

TEST_F(Reconciling, AgainAndAgain) {
  auto seen = test::sample_snapshot();
  (void)story.looks(seen, true);
  for (int i = 0; i < 3; ++i) {
    for (auto& row : seen.endpoints) {
      row.recv_queue += 3;
      row.timer_ms += 11;
    }
    auto const corrections = story.looks(seen);
    EXPECT_EQ(corrections.found + corrections.ended + corrections.moved, 0U);
    expect_same_rows(story.table().snapshot(), seen);
  }
  EXPECT_THAT(story.told(), IsEmpty());
}

TEST_F(Reconciling, WhatEventsToldEqualsADumpToo) {
  auto const curl = actor(100, "curl");
  client.connects({.by = &curl, .inode = 55}).goes(Established);
  child.is_requested(0).is_born();
  Found found;
  found.row(7, Established, kOut, 55).uid = 1000;
  found.own(7, {{found.process(100, "curl"), 3}});
  auto& waiting = found.row(9, Established, kIn);
  waiting.uid = 1000;
  waiting.no_owner = NoOwner::AcceptQueue;
  auto const corrections = story.looks(found.snapshot());
  EXPECT_EQ(corrections.found + corrections.moved + corrections.ended, 0U);
  expect_same_rows(story.table().snapshot(), found.snapshot());
}

TEST_F(Reconciling, WhatIsMissingOnceMayHaveBeenMissedByTheDump) {
  client.connects().goes(Established);
  Found found;
  EXPECT_EQ(story.looks(found.snapshot()).ended, 0U);
  EXPECT_EQ(story.table().size(), 1U);
  EXPECT_EQ(story.looks(found.snapshot()).ended, 1U);
  EXPECT_EQ(story.table().size(), 0U);
  EXPECT_EQ(story.told().back(), "7 ESTABLISHED>CLOSED unknown ~");
}

TEST_F(Reconciling, WhatIsSeenAgainInBetweenIsNotMissing) {
  client.connects().goes(Established);
  Found nothing;
  Found found;
  found.row(7, Established, kOut, 55);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(story.looks(nothing.snapshot()).ended, 0U);
    EXPECT_EQ(story.looks(found.snapshot()).ended, 0U);
  }
  EXPECT_EQ(story.looks(nothing.snapshot()).ended, 0U);
  client.goes(CloseWait);
  EXPECT_EQ(story.looks(nothing.snapshot()).ended, 0U) << "something was heard of it";
  EXPECT_EQ(story.looks(nothing.snapshot()).ended, 1U);
}

TEST_F(Reconciling, WhatHasMovedUnseenPassedThroughTheStatesBetween) {
  client.connects();
  auto const heard_ns = story.now_ns();
  Found found;
  found.row(7, CloseWait, kOut, 55);
  EXPECT_EQ(story.looks(found.snapshot()).moved, 1U);
  EXPECT_THAT(story.told(),
              ElementsAre("7 CLOSED>SYN_SENT connect", "7 SYN_SENT>ESTABLISHED syn_ack_received ~",
                          "7 ESTABLISHED>CLOSE_WAIT fin_received ~"));
  EXPECT_EQ(story.listening().steps.back().transition.not_before_ns, heard_ns);
  EXPECT_EQ(story.listening().steps.back().transition.time_ns, story.now_ns());
  EXPECT_EQ(story.counts().defects, 0U);
  EXPECT_EQ(story.looks(found.snapshot()).moved, 0U);
}

TEST_F(Reconciling, EventsThatCameDuringTheDumpKnowBetter) {
  client.connects().goes(Established);
  auto const dump = story.begins_to_look();
  client.goes(CloseWait);
  Found found;
  found.row(7, Established, kOut, 55);
  EXPECT_EQ(story.has_looked(found.snapshot(), dump).moved, 0U);
  EXPECT_EQ(story.alive(7).front().endpoint.state, CloseWait);
}

TEST_F(Reconciling, WhatWasHeardDuringTheDumpIsLeftToEvents) {
  client.connects();
  auto const dump = story.begins_to_look();
  client.goes(Established);
  Found found;
  found.row(7, CloseWait, kOut, 55).recv_queue = 3;
  EXPECT_EQ(story.has_looked(found.snapshot(), dump).moved, 0U);
  EXPECT_EQ(story.alive(7).front().endpoint.state, Established);
  EXPECT_EQ(story.looks(found.snapshot()).moved, 1U) << "the next dump tells";
  EXPECT_EQ(story.alive(7).front().endpoint.recv_queue, 3U);
}

TEST_F(Reconciling, WhatBeganDuringTheDumpIsNotMissing) {
  for (int i = 0; i < 2; ++i) {
    auto const dump = story.begins_to_look();
    if (i == 0) client.connects();
    if (i == 1) client.goes(Established);
    EXPECT_EQ(story.has_looked(Found().snapshot(), dump).ended, 0U);
  }
  EXPECT_EQ(story.looks(Found().snapshot()).ended, 0U) << "only now it is missing for once";
}

TEST_F(Reconciling, WhatEndedDuringTheDumpDoesNotComeBack) {
  client.connects().goes(Established);
  auto const dump = story.begins_to_look();
  client.goes(Closed, {.error = ECONNRESET});
  Found found;
  found.row(7, Established, kOut, 55);
  EXPECT_EQ(story.has_looked(found.snapshot(), dump).found, 0U);
  EXPECT_EQ(story.table().size(), 0U);
  EXPECT_EQ(story.looks(found.snapshot()).found, 1U) << "a later dump is another matter";
}

TEST_F(Reconciling, WhatWasMissedAltogetherBeganUnseen) {
  Found nothing;
  (void)story.looks(nothing.snapshot(), true);
  auto const previous_ns = story.now_ns() - 1'000'000;
  story.pass(1s);
  Found found;
  found.row(7, Established, kOut, 55);
  EXPECT_EQ(story.looks(found.snapshot()).found, 1U);
  EXPECT_THAT(story.told(), ElementsAre("7 CLOSED>SYN_SENT connect ~",
                                        "7 SYN_SENT>ESTABLISHED syn_ack_received ~"));
  for (auto const& step : story.listening().steps) {
    EXPECT_EQ(step.transition.not_before_ns, previous_ns) << "it was not in the dump before";
    EXPECT_EQ(step.transition.time_ns, story.now_ns());
  }
  auto const life = story.alive(7).front();
  EXPECT_EQ(life.opened_by, Side::Local);
  EXPECT_FALSE(life.from_snapshot);
  EXPECT_EQ(life.path().front().dwell_us(), model::Hop::kUnknownDwell);
}

TEST_F(Reconciling, ToAPortWithAListenerThePeerOpened) {
  Found found;
  found.row(5, Listen, flow("0.0.0.0", 80, "0.0.0.0", 0), 50);
  (void)story.looks(found.snapshot(), true);
  found.row(9, CloseWait, kIn, 56);
  (void)story.looks(found.snapshot());
  EXPECT_THAT(story.told(), ElementsAre("9 LISTEN>SYN_RECEIVED syn_received ~",
                                        "9 SYN_RECEIVED>ESTABLISHED ack_received ~",
                                        "9 ESTABLISHED>CLOSE_WAIT fin_received ~"));
  auto const life = story.alive(9).front();
  EXPECT_EQ(life.opened_by, Side::Remote);
  ASSERT_EQ(life.path().size(), 2U);
  EXPECT_EQ(life.path().front().state(), SynReceived) << "it never was in LISTEN";
  EXPECT_EQ(life.path().front().dwell_us(), model::Hop::kUnknownDwell);
  EXPECT_EQ(story.table().size(), 2U);
}

TEST_F(Reconciling, AListenerThatWasMissedListens) {
  (void)story.looks(Found().snapshot(), true);
  Found found;
  found.row(5, Listen, flow("0.0.0.0", 80, "0.0.0.0", 0), 50);
  (void)story.looks(found.snapshot());
  EXPECT_THAT(story.told(), ElementsAre("5 CLOSED>LISTEN listen ~"));
}

// Its life was told already, or will be when it ends.
TEST_F(Reconciling, AMiniSocketThatWasMissedIsTakenInSilently) {
  Found found;
  found.row(7, TimeWait, kOut).timer_ms = 30'000;
  (void)story.looks(found.snapshot());
  EXPECT_THAT(story.told(), IsEmpty());
  ASSERT_EQ(story.alive(7).size(), 1U);
  EXPECT_TRUE(story.alive(7).front().is_mini);
  client.mini_fires(TimeWait);
  EXPECT_THAT(story.told(), ElementsAre("7 TIME_WAIT>CLOSED time_wait_timeout"));
}

// The peer's FIN to a mini-socket is not seen.
TEST_F(Reconciling, TheTimerTellsSinceWhenItIsInTimeWait) {
  client.connects().goes(Established).goes(FinWait1, test::closing()).goes(FinWait2);
  client.shrinks(FinWait2);
  story.pass(20s);
  Found found;
  auto& row = found.row(7, TimeWait, kOut);
  row.timer = model::TimerKind::TimeWait;
  row.timer_ms = 55'000;
  (void)story.told();
  EXPECT_EQ(story.looks(found.snapshot()).moved, 1U);
  EXPECT_THAT(story.told(), ElementsAre("7 FIN_WAIT_2>TIME_WAIT fin_received ~"));
  EXPECT_EQ(story.listening().steps.back().transition.time_ns, story.now_ns() - 5'000'000'000);
}

TEST_F(Reconciling, ButNotBeforeItWasLastHeardOf) {
  client.connects().goes(Established).goes(FinWait1, test::closing()).goes(FinWait2);
  client.shrinks(FinWait2);
  auto const heard_ns = story.now_ns();
  Found found;
  auto& row = found.row(7, TimeWait, kOut);
  row.timer = model::TimerKind::TimeWait;
  row.timer_ms = 55'000;  // the clocks of the two differ
  (void)story.looks(found.snapshot());
  EXPECT_EQ(story.listening().steps.back().transition.time_ns, heard_ns);
}

// A socket that is used again keeps its cookie.
TEST_F(Reconciling, AnotherPeerIsAnotherConnection) {
  client.connects().goes(Established);
  (void)story.told();
  Found found;
  found.row(7, Established, flow("10.0.0.1", 40001, "10.0.0.2", 80), 55);
  auto const corrections = story.looks(found.snapshot());
  EXPECT_EQ(corrections.ended, 1U);
  EXPECT_EQ(corrections.found, 1U);
  EXPECT_THAT(story.told(),
              ElementsAre("7 ESTABLISHED>CLOSED unknown ~", "7 CLOSED>SYN_SENT connect ~",
                          "7 SYN_SENT>ESTABLISHED syn_ack_received ~"));
  expect_same_rows(story.table().snapshot(), found.snapshot());
  EXPECT_EQ(story.looks(found.snapshot()).found, 0U);
}

TEST_F(Reconciling, AndSoIsAStateThatNoWayLeadsTo) {
  client.connects().goes(Established).goes(CloseWait);
  (void)story.told();
  Found found;
  found.row(7, SynSent, kOut, 55);
  EXPECT_EQ(story.looks(found.snapshot()).found, 1U);
  EXPECT_THAT(story.told(),
              ElementsAre("7 CLOSE_WAIT>CLOSED unknown ~", "7 CLOSED>SYN_SENT connect ~"));
  expect_same_rows(story.table().snapshot(), found.snapshot());
}

TEST_F(Reconciling, AListenerThatConnectsNowIsNoListener) {
  auto listener = story.socket(5, flow("0.0.0.0", 80, "0.0.0.0", 0));
  listener.listens();
  (void)story.told();
  Found found;
  found.row(5, Established, flow("10.0.0.1", 80, "10.0.0.2", 81), 50);
  (void)story.looks(found.snapshot());
  EXPECT_THAT(story.told(), ElementsAre("5 LISTEN>CLOSED close ~", "5 CLOSED>SYN_SENT connect ~",
                                        "5 SYN_SENT>ESTABLISHED syn_ack_received ~"));
}

TEST_F(Reconciling, WhatBeganAnewDuringTheDumpIsLeftToEvents) {
  client.connects().goes(Established);
  auto const dump = story.begins_to_look();
  client.goes(Closed, {.error = ECONNRESET});
  story.socket(7, flow("10.0.0.1", 40001, "10.0.0.2", 80)).connects();
  (void)story.told();
  Found found;
  found.row(7, Established, kOut, 55);
  EXPECT_EQ(story.has_looked(found.snapshot(), dump).ended, 0U);
  EXPECT_THAT(story.told(), IsEmpty());
}

TEST_F(Reconciling, ARequestIsFoundByItsFlowAndGetsItsCookie) {
  child.is_requested(0);
  Found found;
  found.row(9, SynReceived, kIn);
  EXPECT_EQ(story.looks(found.snapshot()).found, 0U);
  EXPECT_EQ(story.table().size(), 1U);
  EXPECT_EQ(story.alive(9).size(), 1U);
}

// The dump took hold of the request, which then became a socket, and gave it a cookie of its own.
TEST_F(Reconciling, ARequestThatBecameASocketMeanwhileDoesNotComeBack) {
  child.is_requested(0);
  auto const dump = story.begins_to_look();
  child.is_born();
  Found found;
  found.row(12, SynReceived, kIn);
  EXPECT_EQ(story.has_looked(found.snapshot(), dump).found, 0U);
  EXPECT_EQ(story.table().size(), 1U);
}

TEST_F(Reconciling, NorDoesOneThatWasDropped) {
  child.is_requested(0);
  auto const dump = story.begins_to_look();
  child.request_disarmed(Caller::Segment);
  story.settles();
  Found found;
  found.row(12, SynReceived, kIn);
  EXPECT_EQ(story.has_looked(found.snapshot(), dump).found, 0U);
  EXPECT_EQ(story.table().size(), 0U);
}

TEST_F(Reconciling, AnUnseenChildIsFoundByItsFlow) {
  child.is_requested(0).request_disarmed(Caller::Handshake);
  story.settles();
  Found found;
  found.row(9, Established, kIn, 56);
  EXPECT_EQ(story.looks(found.snapshot()).found, 0U);
  ASSERT_EQ(story.alive(9).size(), 1U);
  child.is_seen(Established, Closed, {.error = ECONNRESET});
  EXPECT_EQ(story.table().size(), 0U);
}

TEST_F(Reconciling, AFastOpenChildIsFoundByItsFlow) {
  story.socket(0, kIn).is_seen(Listen, SynReceived);
  Found found;
  found.row(9, SynReceived, kIn);
  EXPECT_EQ(story.looks(found.snapshot()).found, 0U);
  child.is_seen(SynReceived, Established);
  ASSERT_EQ(story.table().size(), 1U);
  EXPECT_EQ(story.alive(9).front().endpoint.state, Established);
}

// The socket that grows out of it has the cookie that the dump gave it.
TEST_F(Reconciling, ARequestThatADumpGaveACookieStillBecomesItsChild) {
  child.is_requested(0);
  Found found;
  found.row(9, SynReceived, kIn);
  (void)story.looks(found.snapshot());
  child.is_born();
  story.settles();
  EXPECT_THAT(story.told(), ElementsAre("0 LISTEN>SYN_RECEIVED syn_received",
                                        "9 SYN_RECEIVED>ESTABLISHED ack_received"));
  ASSERT_EQ(story.alive(9).size(), 1U);
  EXPECT_FALSE(story.alive(9).front().is_request);
  EXPECT_EQ(story.counts().begun, 1U);
}

TEST_F(Reconciling, AndDoesNotEndWithAChildThatLostTheRace) {
  child.is_requested(0);
  Found found;
  found.row(9, SynReceived, kIn);
  (void)story.looks(found.snapshot());
  child.is_seen(SynReceived, Closed);
  child.is_born();
  story.settles();
  EXPECT_EQ(story.ended_count(), 0U);
  EXPECT_EQ(story.alive(9).front().endpoint.state, Established);
}

TEST_F(Reconciling, ARequestOfTheFirstDumpIsFollowed) {
  Found found;
  found.row(9, SynReceived, kIn);
  (void)story.looks(found.snapshot(), true);
  EXPECT_TRUE(story.alive(9).front().is_request);
  child.request_disarmed(Caller::TimerWheel).request_fires(0);
  story.settles();
  EXPECT_THAT(story.told(), ElementsAre("9 SYN_RECEIVED>CLOSED syn_ack_limit"));
}

TEST_F(Reconciling, AnEndThatIsBeingDecidedIsNotDecidedByADump) {
  child.is_requested(0).request_disarmed(Caller::Segment);
  Found nothing;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(story.looks(nothing.snapshot()).ended, 0U);
  story.settles();
  EXPECT_THAT(story.ended(), ElementsAre("SYN_RECEIVED 1ms: rst_received"));
}

TEST_F(Reconciling, ANewConnectionAndTheTimeWaitOfTheSameSocketAreTwo) {
  auto const again = flow("10.0.0.1", 40001, "10.0.0.2", 80);
  for (bool const full_first : {true, false}) {
    for (bool const first_dump : {true, false}) {
      Story one;
      Found found;
      if (full_first) found.row(7, Established, again, 55);
      found.row(7, TimeWait, kOut).no_owner = NoOwner::TimeWaitSocket;
      if (!full_first) found.row(7, Established, again, 55);
      if (!first_dump) (void)one.looks(Found().snapshot(), true);
      EXPECT_EQ(one.looks(found.snapshot(), first_dump).found, 2U);
      expect_same_rows(one.table().snapshot(), found.snapshot());
      auto const corrections = one.looks(found.snapshot());
      EXPECT_EQ(corrections.found + corrections.moved + corrections.ended, 0U);
      one.socket(7, kOut).mini_fires(TimeWait);
      ASSERT_EQ(one.alive(7).size(), 1U);
      EXPECT_EQ(one.alive(7).front().endpoint.state, Established);
      one.socket(7, again).is_seen(Established, Closed, {.error = ECONNRESET});
      EXPECT_EQ(one.table().size(), 0U);
      EXPECT_EQ(one.counts().defects, 0U);
    }
  }
}

TEST_F(Reconciling, ADumpGivesNamespacesAndInterfacesTheirNames) {
  client.connects();
  EXPECT_EQ(story.table().book().namespaces[0].label, "net:[4026531840]");
  Found found;
  std::ranges::reverse(found.snapshot().namespaces);  // it numbers them as it likes
  auto& row = found.row(7, SynSent, kOut, 55);
  row.netns = 1;
  row.interface = 2;
  found.snapshot().interfaces = {{{1, 2}, "eth0"}};
  (void)story.looks(found.snapshot());
  auto const shown = story.table().snapshot();
  EXPECT_EQ(shown.netns_of(shown.endpoints[0])->label, "host");
  ASSERT_NE(shown.interface_of(shown.endpoints[0]), nullptr);
  EXPECT_EQ(*shown.interface_of(shown.endpoints[0]), "eth0");
}

TEST_F(Reconciling, WhoHasASocketOpenOwnsIt) {
  auto const nginx = actor(200, "nginx");
  story.socket(5, flow("0.0.0.0", 80, "0.0.0.0", 0)).listens({.by = &nginx, .inode = 50});
  child.is_requested(5).is_born();
  Found found;
  found.row(5, Listen, flow("0.0.0.0", 80, "0.0.0.0", 0), 50);
  found.row(9, Established, kIn, 56);
  auto const worker = found.process(201, "worker");
  auto const master = found.process(200, "nginx");
  found.own(9, {{worker, 12}});
  found.own(5, {{worker, 6}, {master, 6}});
  (void)story.looks(found.snapshot());
  EXPECT_EQ(story.owner_of(9), "worker[201] scanned");
  EXPECT_EQ(story.owner_of(5), "nginx[200] scanned") << "of several the one that is known stays";
  auto const shown = story.table().snapshot();
  expect_same_rows(shown, [&] {
    auto expected = found.snapshot();
    for (auto& row : expected.endpoints) row.uid = 0;
    return expected;
  }());
}

TEST_F(Reconciling, OwnersOfThingsThatWereNotInTheDumpStay) {
  Found both;
  both.row(9, Established, kIn, 56);
  both.row(7, Established, kOut, 55);
  both.own(9, {{both.process(201, "worker"), 12}, {both.process(202, "worker"), 12}});
  both.own(7, {{both.process(100, "curl"), 3}});
  (void)story.looks(both.snapshot(), true);
  Found one;
  one.row(9, Established, kIn, 56);
  one.own(9, {{one.process(201, "worker"), 12}});
  (void)story.looks(one.snapshot());
  EXPECT_EQ(story.owner_of(7), "curl[100] scanned");
  auto const shown = story.table().snapshot();
  for (auto const& row : shown.endpoints) {
    ASSERT_EQ(shown.owners_of(row).size(), 1U);
    EXPECT_EQ(shown.process_of(shown.owners_of(row).front()).pid, row.cookie == 7 ? 100U : 201U);
  }
}

TEST_F(Reconciling, WithoutOwnersADumpTakesNoneAway) {
  auto const curl = actor(100, "curl");
  client.connects({.by = &curl}).goes(Established);
  Found found;
  found.row(7, Established, kOut, 55);
  auto const dump = story.begins_to_look();
  (void)story.has_looked(found.snapshot(), dump);
  EXPECT_EQ(story.owner_of(7), "curl[100] acted");
  EXPECT_EQ(story.alive(7).front().endpoint.owner_count, 1U);
}

TEST_F(Reconciling, ProcessesOfManyDumpsTakeNoRoom) {
  for (std::uint32_t i = 0; i < ProcessBook::kMaxIdle + 1000; ++i) {
    Found found;
    found.row(1000 + i, Established, kOut, 55);
    found.own(1000 + i, {{found.process(1 + i, "short-lived"), 3}});
    (void)story.polls(found.snapshot(), i == 0);
  }
  EXPECT_LT(story.table().book().processes.size(), ProcessBook::kMaxIdle + 100);
  EXPECT_LT(story.table().book().owners.size(), ProcessBook::kMaxIdle + 200);
  EXPECT_EQ(story.table().size(), 1U);
}

TEST_F(Reconciling, APidThatIsUsedAgainDoesNotRenameWhoseATimeWaitWas) {
  auto const curl = actor(100, "curl");
  client.connects({.by = &curl}).goes(Established).goes(FinWait1, test::exiting(&curl));
  client.shrinks(TimeWait).goes(Closed);
  Found found;
  found.row(7, TimeWait, kOut);
  found.row(9, Established, kIn, 56);
  found.own(9, {{found.process(100, "wget", 9'000'000), 3}});
  (void)story.looks(found.snapshot());
  EXPECT_EQ(story.owner_of(9), "wget[100] scanned");
  EXPECT_EQ(story.owner_of(7), "curl[100] acted");
}

}  // namespace
}  // namespace lastack::track
