#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Cause;
using model::Severity;
using model::SocketState;
using test::host;
using test::Stage;

TEST(SynFanout, FindsTheWormOfTheArticle) {
  Stage stage;
  auto const worm = stage.process(4711, "msblast", "/tmp/msblast");
  for (unsigned i = 0; i < 300; ++i) {
    stage.attempt(worm, host("10.9", i), 135, Cause::Connect);
    stage.tcp(SocketState::SynSent, "10.0.0.1", 40000, host("10.9", i), 135, worm);
    stage.aged(0);
  }
  stage.wait(1.1);
  auto const found = stage.look("syn-fanout");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Critical);
  EXPECT_EQ(found[0].subject, "pid 4711");
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process->exe, "/tmp/msblast");
  EXPECT_EQ(found[0].socket_count, 300U);
  EXPECT_FALSE(found[0].now.empty());
}

TEST(SynFanout, FindsItInOneLookWithoutAnyHistory) {
  Stage stage;
  stage.watched = false;
  auto const worm = stage.process(4711, "worm");
  for (unsigned i = 0; i < 60; ++i) {
    stage.tcp(SocketState::SynSent, "10.0.0.1", 40000, host("10.9", i), 445, worm);
    stage.last().retransmits = 1;
  }
  auto const found = stage.look("syn-fanout");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
}

TEST(SynFanout, FindsRefusedAttemptsThatAreOver) {
  Stage stage;
  auto const scanner = stage.process(7, "scan");
  for (unsigned i = 0; i < 200; ++i) stage.attempt(scanner, host("10.9", i), 22, Cause::Refused);
  stage.tcp(SocketState::SynSent, "10.0.0.1", 40000, "10.9.3.3", 22, scanner);
  EXPECT_EQ(stage.look("syn-fanout").size(), 1U);
}

// All its attempts are over at each look.
TEST(SynFanout, FindsAScannerWithoutASocket) {
  Stage stage;
  auto const scanner = stage.process(7, "scan");
  for (unsigned i = 0; i < 200; ++i) stage.attempt(scanner, host("10.9", i), 22, Cause::Refused);
  auto const found = stage.look("syn-fanout");
  ASSERT_EQ(found.size(), 1U);
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process->comm, "scan");
  stage.snapshot.processes.clear();
  auto const gone = stage.look("syn-fanout");
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].subject, "pid 7");
}

TEST(SynFanout, IsSilentAboutManyDeadServersTriedAgainAndAgain) {
  Stage stage;
  auto const client = stage.process(7, "client");
  for (int round = 0; round < 6; ++round) {
    for (unsigned i = 0; i < 60; ++i) stage.attempt(client, host("10.9", i), 9100, Cause::Refused);
  }
  EXPECT_TRUE(stage.look("syn-fanout").empty());
}

TEST(SynFanout, FindsAWormInAServerWithManyClients) {
  Stage stage;
  auto const server = stage.process(7, "httpd");
  for (unsigned i = 0; i < 1000; ++i) {
    stage.tcp(SocketState::Established, "10.0.0.1", 80, host("10.8", i), 40000, server);
    stage.timings.back().opened_by = model::Side::Remote;
  }
  for (unsigned i = 0; i < 60; ++i) stage.attempt(server, host("10.9", i), 445, Cause::Refused);
  EXPECT_EQ(stage.look("syn-fanout").size(), 1U);
}

TEST(SynFanout, FindsAPortScan) {
  Stage stage;
  auto const scanner = stage.process(7, "scan");
  for (std::uint16_t port = 1; port <= 400; ++port) {
    stage.attempt(scanner, "10.9.0.1", port, Cause::Refused);
  }
  stage.tcp(SocketState::SynSent, "10.0.0.1", 40000, "10.9.0.1", 401, scanner);
  auto const found = stage.look("syn-fanout");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
}

TEST(SynFanout, IsSilentAboutACrawler) {
  Stage stage;
  auto const crawler = stage.process(7, "crawler");
  for (unsigned i = 0; i < 500; ++i) {
    stage.attempt(crawler, host("10.9", i), 443,
                  i % 10 == 0 ? Cause::RetransmissionLimit : Cause::SynAck);
    stage.tcp(SocketState::Established, "10.0.0.1", 40000, host("10.9", i), 443, crawler);
  }
  EXPECT_TRUE(stage.look("syn-fanout").empty());
}

TEST(SynFanout, IsSilentAboutAPeerToPeerProgram) {
  Stage stage;
  auto const peer = stage.process(7, "torrent");
  for (unsigned i = 0; i < 300; ++i) {
    stage.attempt(peer, host("10.9", i), static_cast<std::uint16_t>(20000 + 37 * i),
                  Cause::RetransmissionLimit);
  }
  stage.tcp(SocketState::Established, "10.0.0.1", 40000, "10.9.9.9", 5000, peer);
  EXPECT_TRUE(stage.look("syn-fanout").empty());
}

TEST(SynFanout, IsSilentAboutOneDeadServer) {
  Stage stage;
  auto const client = stage.process(7, "client");
  for (unsigned i = 0; i < 500; ++i) stage.attempt(client, "10.9.0.1", 5432, Cause::Refused);
  stage.tcp(SocketState::SynSent, "10.0.0.1", 40000, "10.9.0.1", 5432, client);
  EXPECT_TRUE(stage.look("syn-fanout").empty());
}

TEST(SynFanout, IsSilentAboutABurstOnASlowLink) {
  Stage stage;
  auto const browser = stage.process(7, "browser");
  for (unsigned i = 0; i < 80; ++i) {
    stage.attempt(browser, host("10.9", i), 443, Cause::Connect);
    stage.tcp(SocketState::SynSent, "10.0.0.1", 40000, host("10.9", i), 443, browser);
    stage.aged(0);
  }
  stage.wait(0.6);
  EXPECT_TRUE(stage.look("syn-fanout").empty());
}

}  // namespace
}  // namespace lastack::detect
