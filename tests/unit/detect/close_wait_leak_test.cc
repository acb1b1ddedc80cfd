#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Cause;
using model::NoOwner;
using model::Severity;
using model::Side;
using model::SocketState;
using test::Stage;

std::uint16_t port_of(unsigned i) { return static_cast<std::uint16_t>(40000 + i); }

// Of the server at port 8080; `end_read`: read() has returned 0.
void closed_by_client(Stage& stage, std::uint32_t server, unsigned count, double age,
                      bool end_read = true) {
  for (unsigned i = 0; i < count; ++i) {
    stage.tcp(SocketState::CloseWait, "10.0.0.1", 8080, "10.9.0.1", port_of(i), server,
              static_cast<std::int32_t>(10 + i));
    stage.last().recv_queue = end_read ? 0 : 1;
    stage.timings.back().opened_by = Side::Remote;
    stage.details().bytes_sent = 0;
    if (age >= 0) stage.aged(age);
  }
}

void passes_close_wait(Stage& stage, std::uint32_t server, unsigned entered, unsigned left) {
  auto const life = Stage::life(Side::Remote, "10.0.0.1", 8080, "10.9.0.1", 40000);
  for (unsigned i = 0; i < entered; ++i) {
    stage.change(SocketState::Established, SocketState::CloseWait, Cause::Fin, life, server);
  }
  for (unsigned i = 0; i < left; ++i) {
    stage.change(SocketState::CloseWait, SocketState::LastAck, Cause::Close, life, server);
  }
}

std::string value_of(model::Finding const& finding, std::string_view id) {
  for (auto const& each : finding.evidence) {
    if (each.id == id) return each.value.in(base::Language::English);
  }
  return "";
}

TEST(CloseWaitLeak, FindsAServerThatForgetsToClose) {
  Stage stage;
  stage.wait(100);
  auto const server = stage.process(4711, "api", "/srv/api");
  stage.tcp(SocketState::Listen, "0.0.0.0", 8080, "", 0, server);
  closed_by_client(stage, server, 25, 90);
  auto const found = stage.look("close-wait-leak");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].confidence, model::Confidence::Certain);
  EXPECT_EQ(found[0].subject, "pid 4711");
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process.value_or(model::Process()).exe, "/srv/api");
  EXPECT_EQ(found[0].socket_count, 25U);
  EXPECT_EQ(value_of(found[0], "where"), "25 came in at *:8080");
  EXPECT_EQ(value_of(found[0], "end_read"), "25");
  EXPECT_EQ(value_of(found[0], "fds"), "10 11 12 13 14 15 16 17 18 19 20 21 …");
  EXPECT_NE(found[0].lasting[0].text.in(base::Language::English).find("close()"),
            std::string::npos);
}

TEST(CloseWaitLeak, FindsItInOneLookByTheLastSegmentOfThePeer) {
  Stage stage;
  stage.watched = false;
  auto const server = stage.process(4711, "api");
  for (unsigned i = 0; i < 12; ++i) {
    stage.tcp(SocketState::CloseWait, "10.0.0.1", port_of(i), "10.9.0.1", 5432, server);
    stage.details().last_ack_ms = 3'600'000 + i * 60'000;
  }
  auto const found = stage.look("close-wait-leak");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(value_of(found[0], "where"), "12 were opened to 10.9.0.1:5432");
  EXPECT_EQ(value_of(found[0], "oldest"), "71 min");
}

TEST(CloseWaitLeak, IsCriticalNearTheLimitOfOpenFiles) {
  Stage stage;
  stage.wait(100);
  auto const server = stage.process(4711, "api");
  closed_by_client(stage, server, 900, 90);
  stage.process_facts = {{.open_files = 950, .file_limit = 1024, .hard_file_limit = {}}};
  auto const found = stage.look("close-wait-leak");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Critical);
  EXPECT_EQ(value_of(found[0], "open_files"), "950 / 1024");
}

TEST(CloseWaitLeak, FewAreEnoughWhereTheyOnlyBecomeMore) {
  Stage stage;
  stage.wait(100);
  auto const server = stage.process(4711, "api");
  closed_by_client(stage, server, 4, 90);
  EXPECT_TRUE(stage.look("close-wait-leak").empty());
  passes_close_wait(stage, server, 4, 0);
  ASSERT_EQ(stage.look("close-wait-leak").size(), 1U);
}

TEST(CloseWaitLeak, NoticesFastGrowthBeforeItIsOld) {
  Stage stage;
  auto const server = stage.process(4711, "api");
  passes_close_wait(stage, server, 60, 0);
  closed_by_client(stage, server, 60, 0);
  stage.wait(5);
  EXPECT_TRUE(stage.look("close-wait-leak").empty());
  stage.wait(7);
  auto const found = stage.look("close-wait-leak");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[0].confidence, model::Confidence::Likely);
}

TEST(CloseWaitLeak, TellsWhatNobodyHasAcceptedFromWhatNobodyCloses) {
  Stage stage;
  stage.wait(100);
  auto const server = stage.process(4711, "api");
  stage.tcp(SocketState::Listen, "::", 8080, "", 0, server);
  for (unsigned i = 0; i < 15; ++i) {
    stage.tcp(SocketState::CloseWait, "10.0.0.1", 8080, "10.9.0.1", port_of(i));
    stage.last().no_owner = NoOwner::AcceptQueue;
    stage.aged(80);
  }
  auto const found = stage.look("close-wait-leak");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].subject, "accept queue of [::]:8080");
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process.value_or(model::Process()).pid, 4711U);
  EXPECT_NE(found[0].lasting[0].text.in(base::Language::English).find("accept()"),
            std::string::npos);
}

TEST(CloseWaitLeak, SaysSoWhereTheProcessIsNotKnown) {
  Stage stage;
  stage.wait(100);
  closed_by_client(stage, model::kNone, 15, 80);
  auto const found = stage.look("close-wait-leak");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].subject, "unknown process");
  EXPECT_FALSE(found[0].process);
}

TEST(CloseWaitLeak, AnIdlePoolWhoseServerHasGoneIsANotice) {
  Stage stage;
  stage.wait(1000);
  auto const app = stage.process(7, "app");
  for (unsigned i = 0; i < 20; ++i) {
    stage.tcp(SocketState::CloseWait, "10.0.0.1", port_of(i), "10.9.0.1", 5432, app);
    stage.last().recv_queue = 1;
    stage.details().bytes_sent = 0;
    stage.aged(900);
  }
  auto const found = stage.look("close-wait-leak");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
}

TEST(CloseWaitLeak, WaitsForDetailsBeforeItJudges) {
  Stage stage;
  stage.wait(100);
  closed_by_client(stage, stage.process(4711, "api"), 25, 90);
  for (auto& row : stage.snapshot.endpoints) row.details = model::kNone;
  EXPECT_TRUE(stage.look("close-wait-leak").empty());
}

TEST(CloseWaitLeak, IsSilentAboutABurstThatDrains) {
  Stage stage;
  auto const server = stage.process(7, "nginx");
  passes_close_wait(stage, server, 500, 470);
  closed_by_client(stage, server, 30, 0);
  stage.wait(11);
  EXPECT_TRUE(stage.look("close-wait-leak").empty());
}

TEST(CloseWaitLeak, IsSilentAboutAFewOfAPool) {
  Stage stage;
  stage.wait(1000);
  closed_by_client(stage, stage.process(7, "app"), 5, 900, false);
  EXPECT_TRUE(stage.look("close-wait-leak").empty());
}

TEST(CloseWaitLeak, IsSilentAboutConnectionsClosedInOneDirectionOnly) {
  Stage stage;
  stage.wait(1000);
  auto const server = stage.process(7, "streamer");
  closed_by_client(stage, server, 15, 900);
  for (auto& row : stage.snapshot.endpoints) row.send_queue = 1000;
  EXPECT_TRUE(stage.look("close-wait-leak").empty());
  for (auto& row : stage.snapshot.endpoints) {
    row.send_queue = 0;
    auto& details = stage.snapshot.details[row.details];
    details.bytes_sent = 1'000'000;
    details.last_send_ms = 2000;
  }
  EXPECT_TRUE(stage.look("close-wait-leak").empty());
}

}  // namespace
}  // namespace lastack::detect
