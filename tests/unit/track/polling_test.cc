// Without events, dumps are all there is: what must have happened between two is inferred.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/found.hh"

namespace lastack::track {
namespace {

using test::flow;
using test::Found;
using test::Story;
using ::testing::ElementsAre;
using enum model::SocketState;
using namespace std::chrono_literals;

model::Flow const kOut = flow("10.0.0.1", 40000, "10.0.0.2", 80);

class Polling : public ::testing::Test {
 protected:
  Polling() { (void)story.polls(Found().snapshot(), true); }

  Story story;
};

TEST_F(Polling, LivesAreInferredFromDumps) {
  Found found;
  found.row(7, SynSent, kOut, 55);
  (void)story.polls(found.snapshot());
  found.snapshot().endpoints[0].state = Established;
  (void)story.polls(found.snapshot());
  found.snapshot().endpoints[0].state = TimeWait;
  found.snapshot().endpoints[0].inode = 0;
  (void)story.polls(found.snapshot());
  EXPECT_EQ(story.polls(Found().snapshot()).ended, 1U) << "at once: there is no other source";
  EXPECT_THAT(
      story.told(),
      ElementsAre("7 CLOSED>SYN_SENT connect ~", "7 SYN_SENT>ESTABLISHED syn_ack_received ~",
                  "7 ESTABLISHED>FIN_WAIT_1 close ~", "7 FIN_WAIT_1>FIN_WAIT_2 ack_received ~",
                  "7 FIN_WAIT_2>TIME_WAIT fin_received ~",
                  "7 TIME_WAIT>CLOSED time_wait_timeout ~"));
  EXPECT_EQ(story.counts().inferred, story.counts().transitions);
  EXPECT_EQ(story.counts().defects, 0U);
}

// Between the dump that still had it otherwise, and this one.
TEST_F(Polling, TellsTheIntervalInWhichAStepHappened) {
  Found found;
  found.row(7, Established, kOut, 55);
  (void)story.polls(found.snapshot());
  auto const begun_ns = story.now_ns() - 1'000'000;
  story.pass(250ms);
  (void)story.polls(found.snapshot());
  auto const second_ns = story.now_ns() - 1'000'000;
  story.pass(250ms);
  (void)story.told();
  found.snapshot().endpoints[0].state = CloseWait;
  (void)story.polls(found.snapshot());
  auto const& moved = story.listening().steps.back().transition;
  EXPECT_EQ(moved.time_ns, story.now_ns());
  EXPECT_EQ(moved.not_before_ns, second_ns) << "not " << begun_ns << ": the second saw it unmoved";
}

TEST_F(Polling, AMiniSocketThatIsNewBeganUnseen) {
  Found found;
  found.row(7, TimeWait, kOut);
  (void)story.polls(found.snapshot());
  EXPECT_EQ(story.told().back(), "7 FIN_WAIT_2>TIME_WAIT fin_received ~");
}

TEST_F(Polling, SocketsOfANamespaceThatCouldNotBeReadAreNotOver) {
  Found found;
  found.row(7, Established, kOut, 55).netns = 1;
  (void)story.polls(found.snapshot());
  Found closed;
  closed.snapshot().unseen.unreadable_namespaces = {{"Permission denied", {"blue"}}};
  EXPECT_EQ(story.polls(closed.snapshot()).ended, 0U);
  EXPECT_EQ(story.polls(Found().snapshot()).ended, 1U);
}

TEST_F(Polling, SocketsOfANamespaceThatIsGoneAreOver) {
  Found found;
  found.row(7, Established, kOut, 55).netns = 1;
  (void)story.polls(found.snapshot());
  Found without;
  without.snapshot().namespaces.pop_back();
  EXPECT_EQ(story.polls(without.snapshot()).ended, 1U);
  EXPECT_EQ(story.table().size(), 0U);
}

TEST_F(Polling, KnowsWhoseANewConnectionIsWhenItIsTold) {
  Found found;
  found.row(7, Established, kOut, 55);
  found.own(7, {{found.process(100, "curl"), 3}});
  (void)story.polls(found.snapshot());
  EXPECT_EQ(story.owner_of(story.listening().steps.front().life), "curl[100] scanned");
}

}  // namespace
}  // namespace lastack::track
