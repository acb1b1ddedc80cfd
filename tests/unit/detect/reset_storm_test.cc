#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Cause;
using model::Severity;
using model::Side;
using model::SocketState;
using test::Stage;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A connection that was opened from here to a server and ends so.
void client(Stage& stage, std::uint32_t owner, Cause end) {
  stage.attempt(owner, "10.0.0.9", 5432, Cause::SynAck);
  auto const life = Stage::life(Side::Local, "10.0.0.1", 40000, "10.0.0.9", 5432);
  stage.change(SocketState::Established, SocketState::Closed, end, life, owner);
}
// One that came to port 80.
void accepted(Stage& stage, std::uint32_t owner, Cause end) {
  auto const life = Stage::life(Side::Remote, "10.0.0.1", 80, "10.0.0.7", 50000);
  stage.change(SocketState::Listen, SocketState::SynReceived, Cause::Syn, life, model::kNone);
  stage.change(SocketState::SynReceived, SocketState::Established, Cause::Ack, life, owner);
  stage.change(SocketState::Established, SocketState::Closed, end, life, owner);
}

template <typename Once>
void repeat(Stage& stage, int times, double every_s, Once const& once) {
  for (int i = 0; i < times; ++i) {
    once();
    stage.wait(every_s);
  }
}

TEST(ResetStorm, FindsAServerThatResets) {
  Stage stage;
  auto const app = stage.process(12, "app");
  repeat(stage, 30, 0.2, [&] { client(stage, app, Cause::Rst); });
  auto const found = stage.look("reset-storm");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "by 10.0.0.9:5432");
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process->pid, 12U);
}

TEST(ResetStorm, FindsAServerThatClosesWithUnreadData) {
  Stage stage;
  auto const nginx = stage.process(20, "nginx");
  stage.tcp(SocketState::Listen, "0.0.0.0", 80, "", 0, nginx);
  repeat(stage, 30, 0.2, [&] { accepted(stage, nginx, Cause::UnreadData); });
  auto const found = stage.look("reset-storm");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "unread port 80");
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process->pid, 20U);
  EXPECT_THAT(found[0].now[0].command, HasSubstr("sport = :80"));
}

// Both ends on this machine: one trouble, and the server is the culprit.
TEST(ResetStorm, TellsOfBothEndsOnce) {
  Stage stage;
  auto const server = stage.process(20, "server");
  auto const app = stage.process(12, "app");
  stage.tcp(SocketState::Listen, "0.0.0.0", 80, "", 0, server);
  repeat(stage, 30, 0.2, [&] {
    accepted(stage, server, Cause::UnreadData);
    stage.attempt(app, "10.0.0.1", 80, Cause::SynAck);
    auto const life = Stage::life(Side::Local, "10.0.0.7", 50000, "10.0.0.1", 80);
    stage.change(SocketState::Established, SocketState::Closed, Cause::Rst, life, app);
  });
  auto const found = stage.look("reset-storm");
  ASSERT_THAT(found, SizeIs(1));
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process->pid, 20U);
}

TEST(ResetStorm, OnlyNotesClientsThatReset) {
  Stage stage;
  auto const nginx = stage.process(20, "nginx");
  stage.tcp(SocketState::Listen, "0.0.0.0", 80, "", 0, nginx);
  repeat(stage, 100, 0.05, [&] { accepted(stage, nginx, Cause::Rst); });
  auto const found = stage.look("reset-storm");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Notice);
}

TEST(ResetStorm, OnlyNotesAClientThatDoesNotReadAll) {
  Stage stage;
  auto const app = stage.process(12, "app");
  repeat(stage, 100, 0.05, [&] { client(stage, app, Cause::UnreadData); });
  auto const found = stage.look("reset-storm");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Notice);
}

// wrk leaves a thousand connections with unread answers when its time is over.
TEST(ResetStorm, IsSilentAboutTheEndOfALoadTest) {
  Stage stage;
  auto const wrk = stage.process(12, "wrk");
  auto const nginx = stage.process(20, "nginx");
  for (int i = 0; i < 1000; ++i) {
    client(stage, wrk, Cause::UnreadData);
    accepted(stage, nginx, Cause::Rst);
  }
  stage.wait(1);
  EXPECT_THAT(stage.look("reset-storm"), IsEmpty());
}

TEST(ResetStorm, IsSilentAboutAFewOfMany) {
  Stage stage;
  auto const app = stage.process(12, "app");
  repeat(stage, 300, 0.02, [&] { stage.attempt(app, "10.0.0.9", 5432, Cause::SynAck); });
  repeat(stage, 30, 0.1, [&] { client(stage, app, Cause::Rst); });
  EXPECT_THAT(stage.look("reset-storm"), IsEmpty());
}

TEST(ResetStorm, IsSilentAboutHealthChecksThatReset) {
  Stage stage;
  auto const server = stage.process(20, "server");
  repeat(stage, 20, 0.5, [&] { accepted(stage, server, Cause::Rst); });
  EXPECT_THAT(stage.look("reset-storm"), IsEmpty());
}

TEST(ResetStorm, IsSilentAboutResetsOnPurposeAndOrdinaryEnds) {
  Stage stage;
  auto const app = stage.process(12, "app");
  repeat(stage, 100, 0.05, [&] {
    client(stage, app, Cause::LingerReset);
    client(stage, app, Cause::Close);
  });
  EXPECT_THAT(stage.look("reset-storm"), IsEmpty());
}

}  // namespace
}  // namespace lastack::detect
