// Whose a connection is: who acted while holding its lock, never who happened to run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "support/story.hh"

namespace lastack::track {
namespace {

using model::OwnerSource;
using model::SocketEvent;
using test::actor;
using test::flow;
using test::Story;
using enum model::SocketState;

model::Flow const kOut = flow("10.0.0.1", 40000, "10.0.0.2", 80);
model::Flow const kIn = flow("10.0.0.1", 80, "10.0.0.3", 51000);
model::Flow const kPort80 = flow("0.0.0.0", 80, "0.0.0.0", 0);
constexpr std::uint64_t kListener = 5;

class Ownership : public ::testing::Test {
 protected:
  Story story;
  model::Actor const curl = actor(100, "curl");
  model::Actor const nginx = actor(200, "nginx");
  model::Actor const worker = actor(201, "nginx-worker");
  model::Actor const admin = actor(300, "ss");
  test::Socket client = story.socket(7, kOut);
  test::Socket child = story.socket(9, kIn);
};

TEST_F(Ownership, WhoConnectsOwnsTheConnection) {
  client.connects({.by = &curl});
  EXPECT_EQ(story.owner_of(7), "curl[100] acted");
  auto const endpoint = story.alive(7).front().endpoint;
  EXPECT_EQ(endpoint.no_owner, model::NoOwner::HasOwner);
  auto const owners = story.table().book().owners_of(endpoint);
  ASSERT_EQ(owners.size(), 1U);
  EXPECT_EQ(owners.front().fd, -1) << "no descriptor is known";
  EXPECT_EQ(story.table().book().process_of(owners.front()).uid, 1000U);
}

// On loopback the peer's segments are handled in whatever task sent them.
TEST_F(Ownership, WhoHappensToRunOwnsNothing) {
  client.is_seen(SynSent, Established, {.by = &nginx});
  EXPECT_EQ(story.owner_of(7), "- unknown");
  EXPECT_EQ(story.alive(7).front().endpoint.no_owner, model::NoOwner::NotAsked);
  client.goes(CloseWait, {.by = &nginx}).goes(LastAck, test::closing(&curl));
  EXPECT_EQ(story.owner_of(7), "curl[100] acted");
}

TEST_F(Ownership, KernelThreadsOwnNothing) {
  client.connects({.flags = SocketEvent::KernelTask, .by = &curl});
  EXPECT_EQ(story.owner_of(7), "- unknown");
}

TEST_F(Ownership, ProcessesOutsideOurPidNamespaceCannotBeNamed) {
  auto const outside = actor(0, "");
  client.connects({.by = &outside});
  EXPECT_EQ(story.owner_of(7), "- unknown");
  child.is_seen(SynReceived, Established).is_accepted(outside);
  EXPECT_EQ(story.owner_of(9), "- unknown");
}

TEST_F(Ownership, AnEventWithoutAnActorOwnsNothing) {
  client.connects();
  EXPECT_EQ(story.owner_of(7), "- unknown");
}

TEST_F(Ownership, AnAdministratorWhoDestroysASocketDoesNotOwnIt) {
  client.is_seen(Established, CloseWait);
  client.goes(Closed, {.flags = SocketEvent::Owned, .error = ECONNABORTED, .by = &admin});
  EXPECT_EQ(story.last_end().ended_by, model::Cause::Destroyed);
  EXPECT_EQ(story.owner_of(story.last_end()), "- unknown");
}

TEST_F(Ownership, NorDoesHeTakeItFromItsOwner) {
  client.connects({.by = &curl}).goes(Established);
  client.goes(Closed, {.flags = SocketEvent::Owned, .error = ECONNABORTED, .by = &admin});
  EXPECT_EQ(story.owner_of(story.last_end()), "curl[100] acted");
}

// After fork() both have it: shutdown() of the one does not make it the owner …
TEST_F(Ownership, OfSeveralThatShareASocketTheOneThatOpenedItStays) {
  client.connects({.by = &curl}).goes(Established);
  client.goes(FinWait1, {.flags = SocketEvent::Owned, .by = &worker});
  EXPECT_EQ(story.owner_of(7), "curl[100] acted");
}

// … but who closes the last descriptor was the last that had it.
TEST_F(Ownership, WhoClosesTheLastDescriptorOwnedItLast) {
  client.connects({.by = &curl}).goes(Established);
  client.goes(FinWait1, test::closing(&worker));
  EXPECT_EQ(story.owner_of(7), "nginx-worker[201] acted");
}

TEST_F(Ownership, ARequestPresumablyBelongsToWhoListens) {
  story.socket(kListener, kPort80).listens({.by = &nginx});
  child.is_requested(kListener);
  EXPECT_EQ(story.owner_of(0), "nginx[200] listener");
  EXPECT_EQ(story.alive(0).front().endpoint.uid, 1000U);
  child.is_born();
  EXPECT_EQ(story.owner_of(9), "nginx[200] listener");
}

TEST_F(Ownership, OfAnUnknownListenerNobodyIsPresumed) {
  child.is_requested(0);
  EXPECT_EQ(story.owner_of(0), "- unknown");
}

TEST_F(Ownership, WhoAcceptsOwns) {
  story.socket(kListener, kPort80).listens({.by = &nginx});
  child.is_requested(kListener).is_born().is_accepted(worker);
  EXPECT_EQ(story.owner_of(9), "nginx-worker[201] accepted");
  EXPECT_EQ(story.alive(9).front().endpoint.flow, kIn) << "the event tells no addresses";
  child.goes(CloseWait).goes(LastAck, {.flags = SocketEvent::Owned, .by = &nginx});
  EXPECT_EQ(story.owner_of(9), "nginx-worker[201] accepted") << "a shutdown() takes nothing away";
}

TEST_F(Ownership, AKernelThreadThatAcceptsIsNotNamed) {
  child.is_requested(0).is_born().is_accepted(worker, SocketEvent::Owned | SocketEvent::KernelTask);
  EXPECT_EQ(story.owner_of(9), "- unknown");
}

TEST_F(Ownership, WhoActsTakesOverFromWhoIsPresumed) {
  story.socket(kListener, kPort80).listens({.by = &nginx});
  child.is_requested(kListener).is_born();
  child.goes(FinWait1, {.flags = SocketEvent::Owned, .by = &worker});
  EXPECT_EQ(story.owner_of(9), "nginx-worker[201] acted");
}

TEST_F(Ownership, AfterASynCookieTheOnlyListenerOnThePortIsPresumed) {
  story.socket(kListener, kPort80).listens({.by = &nginx});
  child.is_seen(SynReceived, Established);
  EXPECT_EQ(story.owner_of(9), "nginx[200] listener");
}

TEST_F(Ownership, OfTwoListenersOnAPortNoneIsPresumed) {
  story.socket(kListener, kPort80).listens({.by = &nginx});
  story.socket(6, kPort80).listens({.by = &worker});
  child.is_seen(SynReceived, Established);
  EXPECT_EQ(story.owner_of(9), "- unknown");
}

TEST_F(Ownership, AListenerThatIsGoneIsNoSecondOne) {
  story.socket(6, kPort80).listens({.by = &worker}).goes(Closed, test::closing(&worker));
  story.socket(kListener, kPort80).listens({.by = &nginx});
  child.is_seen(SynReceived, Established);
  EXPECT_EQ(story.owner_of(9), "nginx[200] listener");
}

TEST_F(Ownership, AListenerOfAnotherPortOrNamespaceOrThatIsGoneIsNotPresumed) {
  story.socket(5, flow("0.0.0.0", 81, "0.0.0.0", 0)).listens({.by = &nginx});
  story.socket(6, kPort80, model::Family::Inet, 4026532281).listens({.by = &nginx});
  story.socket(8, kPort80).listens({.by = &nginx}).goes(Closed, test::closing(&nginx));
  child.is_seen(SynReceived, Established);
  EXPECT_EQ(story.owner_of(9), "- unknown");
}

TEST_F(Ownership, TimeWaitKeepsWhoOwnedItLast) {
  client.connects({.by = &curl}).goes(Established).goes(FinWait1, test::exiting(&curl));
  client.shrinks(TimeWait).goes(Closed, {.by = &nginx});
  EXPECT_EQ(story.owner_of(7), "curl[100] acted");
  auto const row = story.table().snapshot().endpoints.front();
  EXPECT_EQ(row.no_owner, model::NoOwner::TimeWaitSocket);
  EXPECT_EQ(row.owner_count, 1U) << "the last one";
}

TEST_F(Ownership, APidThatIsUsedAgainIsAnotherProcess) {
  client.connects({.by = &curl}).goes(Established).goes(FinWait1, test::closing(&curl));
  auto const next = actor(100, "wget", 9'000'000'000);
  story.socket(8, flow("10.0.0.1", 40001, "10.0.0.2", 80)).connects({.by = &next});
  EXPECT_EQ(story.owner_of(7), "curl[100] acted");
  EXPECT_EQ(story.owner_of(8), "wget[100] acted");
}

TEST_F(Ownership, ANewNameOfAProcessIsItsNameEverywhere) {
  auto const shell = actor(100, "sh");
  client.connects({.by = &shell});
  story.socket(8, flow("10.0.0.1", 40001, "10.0.0.2", 80)).connects({.by = &curl});
  EXPECT_EQ(story.owner_of(7), "curl[100] acted");
}

}  // namespace
}  // namespace lastack::track
