#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Cause;
using model::Severity;
using model::SocketState;
using test::host;
using test::Stage;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

void waiting(Stage& stage, std::uint32_t owner, std::string const& address, double since_s) {
  stage.tcp(SocketState::SynSent, "10.0.0.1", 40000, address, 5432, owner);
  stage.last().retransmits = 2;
  stage.aged(since_s);
}

TEST(TimedOut, FindsOneClientOfOneDeadServer) {
  Stage stage;
  auto const app = stage.process(12, "app");
  stage.wait(12);
  waiting(stage, app, "10.0.0.9", 11);
  auto const found = stage.look("timed-out");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "10.0.0.9:5432");
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process->pid, 12U);
  EXPECT_EQ(found[0].socket_count, 1U);
  EXPECT_EQ(found[0].lasting[0].command, "sysctl net.ipv4.tcp_syn_retries");
}

TEST(TimedOut, OnlyNotesOneThatHasNotBeenWaitingForLong) {
  Stage stage;
  auto const app = stage.process(12, "app");
  stage.wait(12);
  waiting(stage, app, "10.0.0.9", 4);
  auto const found = stage.look("timed-out");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Notice);
}

TEST(TimedOut, WorksOnOneLookWithoutHistory) {
  Stage stage;
  stage.watched = false;
  auto const app = stage.process(12, "app");
  for (int i = 0; i < 3; ++i) {
    stage.tcp(SocketState::SynSent, "10.0.0.1", 40000, "10.0.0.9", 5432, app);
    stage.last().retransmits = 3;
  }
  auto const found = stage.look("timed-out");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Warning);
}

TEST(TimedOut, CountsAttemptsThatAreOver) {
  Stage stage;
  auto const app = stage.process(12, "app");
  for (int i = 0; i < 3; ++i) stage.attempt(app, "10.0.0.9", 5432, Cause::RetransmissionLimit);
  for (int i = 0; i < 3; ++i) stage.attempt(app, "10.0.0.8", 80, Cause::Unreachable);
  auto const found = stage.look("timed-out");
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(found[0].title.in(base::Language::English),
              HasSubstr("cannot be reached by app[12]"));
  EXPECT_THAT(found[1].title.in(base::Language::English), HasSubstr("does not answer app[12]"));
}

// Most programs have a time limit of their own, and never see ETIMEDOUT.
TEST(TimedOut, CountsWhatTheProgramGaveUpAfterASecond) {
  Stage stage;
  auto const app = stage.process(12, "app");
  auto const life = Stage::life(model::Side::Local, "10.0.0.1", 40000, "10.0.0.9", 5432);
  auto const give_up = [&](double after_s) {
    stage.history.on_transition(life,
                                {.time_ns = stage.now_ns,
                                 .dwell_ns = Stage::ns(after_s),
                                 .from = SocketState::SynSent,
                                 .to = SocketState::Closed,
                                 .cause = Cause::Close},
                                &stage.snapshot.processes[app], stage.snapshot.namespaces[0].inode);
  };
  for (int i = 0; i < 5; ++i) give_up(0.25);
  EXPECT_THAT(stage.look("timed-out"), IsEmpty()) << "of two addresses, the slower one";
  for (int i = 0; i < 5; ++i) give_up(2);
  EXPECT_THAT(stage.look("timed-out"), SizeIs(1));
}

TEST(TimedOut, TellsOldConnectionsThatAreOpenAllTheSame) {
  Stage stage;
  auto const app = stage.process(12, "app");
  stage.wait(12);
  for (int i = 0; i < 3; ++i) waiting(stage, app, "10.0.0.9", 5);
  stage.tcp(SocketState::Established, "10.0.0.1", 41000, "10.0.0.9", 5432, app);
  auto const found = stage.look("timed-out");
  ASSERT_THAT(found, SizeIs(1));
  auto const open = std::ranges::find(found[0].evidence, "open", &model::Evidence::id);
  ASSERT_NE(open, found[0].evidence.end());
  EXPECT_EQ(open->value.in(base::Language::English), "1");
}

TEST(TimedOut, GroupsSeveralDestinationsOfOneProcess) {
  Stage stage;
  auto const monitor = stage.process(12, "monitor");
  stage.wait(12);
  for (unsigned i = 0; i < 12; ++i) waiting(stage, monitor, host("10.9", i), 5);
  auto const found = stage.look("timed-out");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].subject, "pid 12");
  EXPECT_EQ(found[0].socket_count, 12U);
}

TEST(TimedOut, LeavesWormsToSynFanout) {
  Stage stage;
  auto const worm = stage.process(4711, "worm");
  stage.wait(12);
  for (unsigned i = 0; i < 300; ++i) waiting(stage, worm, host("10.9", i), 5);
  EXPECT_THAT(stage.look("timed-out"), IsEmpty());
}

TEST(TimedOut, IsSilentAboutACrawlerSomeOfWhosePeersAreGone) {
  Stage stage;
  auto const crawler = stage.process(7, "crawler");
  for (unsigned i = 0; i < 300; ++i) stage.attempt(crawler, host("10.9", i), 443, Cause::SynAck);
  stage.wait(12);
  for (unsigned i = 300; i < 315; ++i) waiting(stage, crawler, host("10.9", i), 11);
  EXPECT_THAT(stage.look("timed-out"), IsEmpty());
}

TEST(TimedOut, OnlyNotesOneDeadHostOfABrowser) {
  Stage stage;
  auto const browser = stage.process(7, "browser");
  for (unsigned i = 0; i < 50; ++i) stage.attempt(browser, host("10.9", i), 443, Cause::SynAck);
  stage.wait(14);
  waiting(stage, browser, "10.0.0.9", 12);
  auto const found = stage.look("timed-out");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Notice);
}

TEST(TimedOut, IsSilentAboutASlowLinkAndALossyServer) {
  Stage stage;
  auto const app = stage.process(12, "app");
  for (int i = 0; i < 50; ++i) stage.attempt(app, "10.0.0.9", 5432, Cause::SynAck);
  stage.wait(6);
  for (int i = 0; i < 4; ++i) waiting(stage, app, "10.0.0.9", 4);
  for (int i = 0; i < 20; ++i) {
    stage.tcp(SocketState::SynSent, "10.0.0.1", 40000, "10.0.0.8", 80, app);
    stage.aged(1.5);
  }
  EXPECT_THAT(stage.look("timed-out"), IsEmpty());
}

}  // namespace
}  // namespace lastack::detect
