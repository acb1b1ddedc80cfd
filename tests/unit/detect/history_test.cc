#include <gtest/gtest.h>

#include "detect/distinct.hh"
#include "detect/recent.hh"
#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Cause;
using model::Side;
using model::SocketState;
using test::host;
using test::Stage;

TEST(Distinct, CountsWithinItsStatedError) {
  for (std::uint64_t const count : {1U, 10U, 40U, 400U, 4096U, 20'000U}) {
    Distinct<4096> distinct;
    for (std::uint64_t i = 0; i < count; ++i) {
      distinct.add(mix(i));
      distinct.add(mix(i));  // twice is once
    }
    auto const got = static_cast<double>(distinct.estimate());
    auto const wanted = static_cast<double>(count);
    EXPECT_NEAR(got, wanted, std::max(1.0, 0.15 * wanted)) << count;
  }
}

TEST(Distinct, SaysWhenItIsFullAndAddsUp) {
  Distinct<64> all;
  for (std::uint64_t i = 0; i < 10'000; ++i) all.add(mix(i));
  EXPECT_EQ(all.estimate(), Distinct<64>::kFull);
  Distinct<4096> a;
  Distinct<4096> b;
  for (std::uint64_t i = 0; i < 100; ++i) a.add(mix(i));
  for (std::uint64_t i = 50; i < 150; ++i) b.add(mix(i));
  a += b;
  EXPECT_NEAR(static_cast<double>(a.estimate()), 150, 8);
}

struct Count {
  std::uint64_t value = 0;
  [[nodiscard]] std::uint64_t weight() const { return value; }
  Count& operator+=(Count const& other) {
    value += other.value;
    return *this;
  }
};
struct Identity {
  std::size_t operator()(std::uint32_t key) const { return key; }
};

TEST(Recent, ForgetsAfterTwoTurns) {
  Recent<std::uint32_t, Count, Identity> recent(100);
  recent.at(1).value = 5;
  recent.turn();
  recent.at(1).value = 2;
  EXPECT_EQ(recent.get(1).value, 7U);
  recent.turn();
  EXPECT_EQ(recent.get(1).value, 2U);
  recent.turn();
  EXPECT_EQ(recent.size(), 0U);
}

TEST(Recent, KeepsWhatWeighsMostWhenItIsFull) {
  Recent<std::uint32_t, Count, Identity> recent(100);
  recent.at(7'000'000).value = 1000;
  for (std::uint32_t key = 0; key < 100'000; ++key) recent.at(key).value = 1;
  EXPECT_LE(recent.size(), 100U);
  EXPECT_EQ(recent.get(7'000'000).value, 1000U);
  EXPECT_GT(recent.forgotten(), 90'000U);
}

TEST(History, CountsHowAttemptsEnd) {
  Stage stage;
  auto const client = stage.process(7, "client");
  stage.attempt(client, "10.0.0.2", 80, Cause::SynAck);
  stage.attempt(client, "10.0.0.2", 80, Cause::Refused);
  stage.attempt(client, "10.0.0.3", 81, Cause::RetransmissionLimit);
  stage.attempt(client, "10.0.0.4", 82, Cause::Unreachable);
  stage.attempt(client, "10.0.0.5", 83, Cause::Close);
  stage.attempt(client, "10.0.0.6", 84, Cause::Connect);
  auto const counts = stage.history.processes().get(7);
  EXPECT_EQ(counts.attempts.begun, 6U);
  EXPECT_EQ(counts.attempts.connected, 1U);
  EXPECT_EQ(counts.attempts.refused, 1U);
  EXPECT_EQ(counts.attempts.timed_out, 1U);
  EXPECT_EQ(counts.attempts.unreachable, 1U);
  EXPECT_EQ(counts.attempts.given_up, 1U);
  EXPECT_EQ(counts.hosts.estimate(), 5U);
  EXPECT_EQ(counts.subnets.estimate(), 1U);
  EXPECT_EQ(counts.ports.estimate(), 5U);
}

TEST(History, ForgetsAfterTwentySeconds) {
  Stage stage;
  auto const client = stage.process(7, "client");
  stage.attempt(client, "10.0.0.2", 80, Cause::Refused);
  stage.wait(9);
  stage.history.advance(stage.now_ns);
  EXPECT_EQ(stage.history.processes().get(7).attempts.refused, 1U);
  EXPECT_NEAR(stage.history.covered_s(stage.now_ns), 9, 0.01);
  stage.wait(2);
  stage.history.advance(stage.now_ns);
  EXPECT_EQ(stage.history.processes().get(7).attempts.refused, 1U);
  stage.wait(11);
  stage.history.advance(stage.now_ns);
  EXPECT_EQ(stage.history.processes().get(7).attempts.refused, 0U);
}

TEST(History, CountsRequestsByPort) {
  Stage stage;
  auto const request = [&](std::string const& from, Cause end) {
    auto const life = Stage::life(Side::Remote, "10.0.0.1", 80, from, 4000);
    stage.change(SocketState::Listen, SocketState::SynReceived, Cause::Syn, life, model::kNone);
    bool const good = end == Cause::Ack;
    stage.change(SocketState::SynReceived, good ? SocketState::Established : SocketState::Closed,
                 end, life, model::kNone);
  };
  for (unsigned i = 0; i < 30; ++i) request(host("10.3", i), Cause::SynAckLimit);
  request("10.4.0.1", Cause::Ack);
  request("10.4.0.1", Cause::AcceptQueueFull);
  auto const counts = stage.history.ports().get({stage.snapshot.namespaces[0].inode, 80});
  EXPECT_EQ(counts.requests, 32U);
  EXPECT_EQ(counts.unanswered, 30U);
  EXPECT_EQ(counts.connected, 1U);
  EXPECT_EQ(counts.dropped_full, 1U);
  EXPECT_EQ(counts.sources.estimate(), 31U);
}

TEST(History, NotesSinceWhenSomethingIsSo) {
  Stage stage;
  auto const reader = stage.process(7, "reader");
  auto const row = stage.tcp(SocketState::Established, "10.0.0.1", 80, "10.0.0.2", 4000, reader);
  auto& endpoint = stage.snapshot.endpoints[row];
  endpoint.recv_queue = 1000;
  stage.history.note(stage.scene());
  stage.wait(5);
  stage.history.note(stage.scene());
  EXPECT_EQ(stage.scene().lasted_ns(row, Condition::Unread), Stage::ns(5));
  endpoint.recv_queue = 400;  // some of it was read
  stage.history.note(stage.scene());
  EXPECT_EQ(stage.scene().lasted_ns(row, Condition::Unread), 0U);
  endpoint.recv_queue = 0;
  stage.history.note(stage.scene());
  EXPECT_FALSE(stage.scene().lasted_ns(row, Condition::Unread));
}

TEST(History, StaysBoundedUnderAFlood) {
  Stage stage;
  auto const worm = stage.process(7, "worm");
  for (unsigned i = 0; i < 40'000; ++i) {
    stage.attempt(worm, host("10.9", i), static_cast<std::uint16_t>(i), Cause::Refused);
  }
  EXPECT_LE(stage.history.destinations().size(), History::kMostDestinations);
  EXPECT_LE(stage.history.routes().size(), History::kMostRoutes);
  EXPECT_GT(stage.history.forgotten(), 0U);
  EXPECT_EQ(stage.history.processes().get(7).attempts.refused, 40'000U);
}

}  // namespace
}  // namespace lastack::detect
