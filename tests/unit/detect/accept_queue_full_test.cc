#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::NoOwner;
using model::Severity;
using model::SocketState;
using model::TcpCounter;
using model::TcpSetting;
using test::host;
using test::Stage;

std::uint32_t listen(Stage& stage, std::uint32_t server, std::uint32_t backlog,
                     std::uint32_t queued) {
  auto const row = stage.tcp(SocketState::Listen, "0.0.0.0", 80, "", 0, server, 4);
  stage.last().send_queue = backlog;
  stage.last().recv_queue = queued;
  stage.details().mem_drops = 0;
  return row;
}

// Connections that have been in the accept queue for so long.
void queue(Stage& stage, unsigned count, double age) {
  for (unsigned i = 0; i < count; ++i) {
    stage.tcp(SocketState::Established, "10.0.0.1", 80, host("192.0", i), 40000);
    stage.last().no_owner = NoOwner::AcceptQueue;
    if (age >= 0) stage.aged(age);
  }
}

// The listener, row 0, and its namespace have counted so many overflows more.
void overflow(Stage& stage, std::uint32_t drops) {
  auto& facts = stage.namespaces[0];
  if (!facts.counters) facts.counters.emplace();
  if (!facts.earlier) facts.earlier.emplace();
  facts.counters->set(TcpCounter::ListenOverflows,
                      facts.counters->get(TcpCounter::ListenOverflows) + drops);
  stage.snapshot.details[0].mem_drops += drops;
}

std::string title(model::Finding const& finding) {
  return finding.title.in(base::Language::English);
}

TEST(AcceptQueueFull, FindsAProgramThatHasStoppedAccepting) {
  Stage stage;
  auto const server = stage.process(4711, "hung", "/srv/hung");
  listen(stage, server, 5, 6);
  queue(stage, 6, 0);
  EXPECT_TRUE(stage.look("accept-queue-full").empty());
  stage.wait(2);
  overflow(stage, 20);
  auto found = stage.look("accept-queue-full");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  stage.wait(5);
  found = stage.look("accept-queue-full");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Critical);
  EXPECT_EQ(found[0].subject, "*:80");
  EXPECT_EQ(found[0].process.value_or(model::Process()).exe, "/srv/hung");
  EXPECT_NE(title(found[0]).find("stopped accepting"), std::string::npos);
  EXPECT_EQ(found[0].socket_count, 7U);
}

TEST(AcceptQueueFull, TellsASlowProgramFromOneThatHasStopped) {
  Stage stage;
  auto const server = stage.process(4711, "slow");
  listen(stage, server, 5, 6);
  queue(stage, 5, 3);
  (void)stage.look("accept-queue-full");
  stage.wait(8);
  queue(stage, 1, 0.2);  // came in where another was taken out
  auto const found = stage.look("accept-queue-full");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_NE(title(found[0]).find("too slowly"), std::string::npos);
}

TEST(AcceptQueueFull, SaysWhichNumberLimitsTheQueue) {
  Stage stage;
  auto const server = stage.process(4711, "slow");
  listen(stage, server, 128, 129);
  stage.namespaces[0].settings.set(TcpSetting::Somaxconn, 128);
  (void)stage.look("accept-queue-full");
  stage.wait(2);
  auto found = stage.look("accept-queue-full");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].lasting.back().command, "sysctl -w net.core.somaxconn=256");
  stage.namespaces[0].settings.set(TcpSetting::Somaxconn, 4096);
  found = stage.look("accept-queue-full");
  EXPECT_EQ(found[0].lasting.back().command, "");
}

TEST(AcceptQueueFull, FindsItInOneLookWhereThePeersHaveBeenSilentForLong) {
  Stage stage;
  stage.watched = false;
  auto const server = stage.process(4711, "hung");
  listen(stage, server, 5, 6);
  for (unsigned i = 0; i < 6; ++i) {
    queue(stage, 1, -1);
    stage.details().last_ack_ms = 300'000;
  }
  auto const found = stage.look("accept-queue-full");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Critical);
}

TEST(AcceptQueueFull, FindsSomebodyWhoWaitsInAQueueWithRoom) {
  Stage stage;
  stage.wait(100);
  auto const server = stage.process(4711, "hung");
  listen(stage, server, 128, 2);
  queue(stage, 2, 45);
  auto const found = stage.look("accept-queue-full");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_NE(title(found[0]).find("does not accept"), std::string::npos);
}

TEST(AcceptQueueFull, SaysWhenItIsTheLimitOfOpenFiles) {
  Stage stage;
  auto const server = stage.process(4711, "full");
  listen(stage, server, 5, 6);
  queue(stage, 6, 0);
  stage.process_facts = {{.open_files = 1024, .file_limit = 1024, .hard_file_limit = 4096}};
  (void)stage.look("accept-queue-full");
  stage.wait(2);
  auto const found = stage.look("accept-queue-full");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].now[1].command, "prlimit --pid 4711 --nofile=2048:");
}

TEST(AcceptQueueFull, ABurstThatOverflowedOnceIsANotice) {
  Stage stage;
  listen(stage, stage.process(4711, "nginx"), 128, 0);
  (void)stage.look("accept-queue-full");
  overflow(stage, 12);
  stage.wait(1);
  auto const found = stage.look("accept-queue-full");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  stage.wait(11);
  (void)stage.look("accept-queue-full");
  stage.wait(11);
  EXPECT_TRUE(stage.look("accept-queue-full").empty());
}

TEST(AcceptQueueFull, BlamesOnlyTheListenerThatDropped) {
  Stage stage;
  listen(stage, stage.process(1, "small"), 16, 0);
  stage.tcp(SocketState::Listen, "0.0.0.0", 443, "", 0, stage.process(2, "other"));
  stage.details().mem_drops = 0;
  (void)stage.look("accept-queue-full");
  overflow(stage, 500);
  auto const found = stage.look("accept-queue-full");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].process.value_or(model::Process()).pid, 1U);
}

TEST(AcceptQueueFull, IsSilentAboutAHealthyServerUnderABurst) {
  Stage stage;
  auto const row = listen(stage, stage.process(7, "nginx"), 511, 300);
  queue(stage, 300, 0.01);
  EXPECT_TRUE(stage.look("accept-queue-full").empty());
  stage.wait(1);
  stage.snapshot.endpoints[row].recv_queue = 0;
  EXPECT_TRUE(stage.look("accept-queue-full").empty());
}

TEST(AcceptQueueFull, IsSilentAboutAQueueThatIsFullForAMoment) {
  Stage stage;
  auto const row = listen(stage, stage.process(7, "nginx"), 16, 17);
  queue(stage, 17, 0.01);
  EXPECT_TRUE(stage.look("accept-queue-full").empty());
  stage.wait(1);
  stage.snapshot.endpoints[row].recv_queue = 3;
  (void)stage.look("accept-queue-full");
  stage.wait(1);
  stage.snapshot.endpoints[row].recv_queue = 17;
  EXPECT_TRUE(stage.look("accept-queue-full").empty());
}

TEST(AcceptQueueFull, IsSilentAboutStraySegmentsThatAListenerDrops) {
  Stage stage;
  listen(stage, stage.process(7, "sshd"), 128, 0);
  (void)stage.look("accept-queue-full");
  stage.snapshot.details[0].mem_drops = 400;
  EXPECT_TRUE(stage.look("accept-queue-full").empty());
}

}  // namespace
}  // namespace lastack::detect
