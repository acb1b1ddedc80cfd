#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Severity;
using model::SocketState;
using model::TimerKind;
using test::host;
using test::Stage;

std::string evidence(model::Finding const& finding, std::string_view id) {
  for (auto const& each : finding.evidence) {
    if (each.id == id) return each.value.in(base::Language::English);
  }
  return "";
}

// A connection that the stage's process opened to there.
void to(Stage& stage, std::string const& remote, std::uint16_t port, std::uint32_t owner) {
  stage.tcp(SocketState::Established, "10.0.0.1", 40000, remote, port, owner);
  auto& details = stage.details();
  details.snd_wnd = 65535;
  details.last_ack_ms = details.last_receive_ms = details.last_send_ms = 100;
}

// The last one is retransmitting, and nothing comes back.
void retransmits(Stage& stage, std::uint8_t times) {
  stage.last().timer = TimerKind::Retransmit;
  stage.last().retransmits = times;
  stage.last().send_queue = 500;
  stage.details().last_ack_ms = 20'000;
}

void serve(Stage& stage, std::uint16_t port, std::uint32_t owner) {
  stage.tcp(SocketState::Listen, "0.0.0.0", port, "", 0, owner);
}

// A client of port 80.
void client(Stage& stage, unsigned number, std::uint32_t owner) {
  stage.tcp(SocketState::Established, "10.0.0.1", 80, host("10.9", number), 50000, owner);
  stage.details().last_ack_ms = 100;
}

TEST(DeadPeer, FindsADatabaseThatIsGone) {
  Stage stage;
  auto const app = stage.process(7, "app", "/opt/app");
  for (int i = 0; i < 3; ++i) {
    to(stage, "10.0.0.5", 5432, app);
    retransmits(stage, 7);
  }
  for (unsigned i = 0; i < 10; ++i) to(stage, host("10.7", i), 443, app);
  auto const found = stage.look("dead-peer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "10.0.0.5:5432");
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process.value_or(model::Process()).pid, 7U);
  EXPECT_EQ(found[0].socket_count, 3U);
  EXPECT_EQ(evidence(found[0], "retransmits"), "7");
  EXPECT_EQ(evidence(found[0], "connections"), "3 / 13");
  EXPECT_NE(evidence(found[0], "gives_up").find("15 min"), std::string::npos);
}

// What is alive must not be closed with the dead.
TEST(DeadPeer, OffersToCloseOnlyThoseThatAreDead) {
  Stage stage;
  auto const server = stage.process(7, "nginx");
  serve(stage, 80, server);
  std::string wanted;
  for (unsigned i = 0; i < 10; ++i) {
    client(stage, i, server);
    if (i >= 2) continue;
    retransmits(stage, 8);
    wanted += (i == 0 ? "cookie = " : " or cookie = ") + std::to_string(stage.last().cookie);
  }
  auto const found = stage.look("dead-peer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].now.back().command, "lastack close --all '" + wanted + "'");
}

TEST(DeadPeer, OneFindingForOneServerOfManyProcesses) {
  Stage stage;
  for (std::uint32_t i = 0; i < 40; ++i) {
    to(stage, "10.0.0.5", 5432, stage.process(100 + i, "worker"));
    retransmits(stage, 8);
  }
  auto const found = stage.look("dead-peer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].subject, "10.0.0.5:5432");
  EXPECT_FALSE(found[0].process);
}

TEST(DeadPeer, OneFindingForAProgramWhosePeersAreAllGone) {
  Stage stage;
  auto const app = stage.process(7, "app");
  for (unsigned i = 0; i < 30; ++i) {
    to(stage, host("10.7", i), 443, app);
    retransmits(stage, 8);
  }
  auto const found = stage.look("dead-peer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].subject, "pid 7");
  EXPECT_EQ(found[0].severity, Severity::Warning);
}

TEST(DeadPeer, OneFindingForANetworkThatIsDown) {
  Stage stage;
  for (std::uint32_t i = 0; i < 40; ++i) {
    to(stage, host("10.7", i), 443, stage.process(100 + i, "client"));
    retransmits(stage, 8);
  }
  auto const found = stage.look("dead-peer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].subject, "peers");
  EXPECT_EQ(found[0].socket_count, 40U);
}

TEST(DeadPeer, FindsUnansweredKeepaliveAndSaysWhenItEnds) {
  Stage stage;
  to(stage, "10.0.0.5", 22, stage.process(7, "ssh"));
  stage.last().timer = TimerKind::Keepalive;
  stage.last().retransmits = 4;
  auto const found = stage.look("dead-peer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(evidence(found[0], "probes"), "4");
  EXPECT_NE(evidence(found[0], "gives_up").find("9 probes"), std::string::npos);
}

TEST(DeadPeer, FindsWindowProbesWithoutAnAnswer) {
  Stage stage;
  to(stage, "10.0.0.5", 22, stage.process(7, "ssh"));
  stage.last().timer = TimerKind::Persist;
  stage.last().retransmits = 5;
  EXPECT_EQ(stage.look("dead-peer").size(), 1U);
  EXPECT_TRUE(stage.look("stalled-writer").empty());
}

TEST(DeadPeer, SaysSinceWhenAsFarAsItWasWatched) {
  Stage stage;
  to(stage, "10.0.0.5", 22, stage.process(7, "ssh"));
  retransmits(stage, 6);
  (void)stage.look("dead-peer");
  stage.wait(20);
  auto const found = stage.look("dead-peer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].since_ns, Stage::kStart);
}

TEST(DeadPeer, AClientThatHasGoneIsANotice) {
  Stage stage;
  auto const server = stage.process(7, "sshd");
  serve(stage, 80, server);
  client(stage, 1, server);
  retransmits(stage, 9);
  auto const found = stage.look("dead-peer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[0].subject, "port 80");
}

TEST(DeadPeer, ManyClientsGoneAtOnceAreAWarningIfTheyAreMost) {
  for (unsigned const healthy : {10U, 500U}) {
    Stage stage;
    auto const server = stage.process(7, "nginx");
    serve(stage, 80, server);
    for (unsigned i = 0; i < 40 + healthy; ++i) {
      client(stage, i, server);
      if (i < 40) retransmits(stage, 8);
    }
    auto const found = stage.look("dead-peer");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, healthy == 10 ? Severity::Warning : Severity::Notice);
  }
}

TEST(DeadPeer, APeerOfAPeerToPeerProgramIsANotice) {
  Stage stage;
  auto const program = stage.process(7, "torrent");
  for (unsigned i = 0; i < 200; ++i) {
    to(stage, host("10.7", i), 51413, program);
    if (i < 2) retransmits(stage, 8);
  }
  auto const found = stage.look("dead-peer");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[1].severity, Severity::Notice);
}

TEST(DeadPeer, IsSilentAboutASlowLink) {
  Stage stage;
  auto const app = stage.process(7, "app");
  for (std::uint8_t i = 0; i < 5; ++i) {
    to(stage, "10.0.0.5", 443, app);
    retransmits(stage, i);
  }
  EXPECT_TRUE(stage.look("dead-peer").empty());
}

TEST(DeadPeer, IsSilentAboutAPeerThatAnswersButTakesNothing) {
  Stage stage;
  auto const app = stage.process(7, "app");
  to(stage, "10.0.0.5", 443, app);
  retransmits(stage, 9);
  stage.details().snd_wnd = 0;
  to(stage, "10.0.0.5", 443, app);
  retransmits(stage, 9);
  stage.details().last_ack_ms = 200;
  EXPECT_TRUE(stage.look("dead-peer").empty());
}

TEST(DeadPeer, IsSilentAboutAnIdlePoolAndItsKeepalive) {
  Stage stage;
  auto const app = stage.process(7, "app");
  for (unsigned i = 0; i < 20; ++i) {
    to(stage, "10.0.0.5", 5432, app);
    stage.details().last_receive_ms = stage.details().last_send_ms = 7'200'000;
    if (i % 2 == 0) {
      stage.last().timer = TimerKind::Keepalive;
      stage.last().retransmits = 1;  // just sent, the answer is on its way
    }
  }
  EXPECT_TRUE(stage.look("dead-peer").empty());
}

TEST(DeadPeer, MentionsIdleConnectionsBehindANat) {
  Stage stage;
  auto const app = stage.process(7, "app");
  auto const other = stage.process(8, "other");
  for (unsigned i = 0; i < 20; ++i) {
    to(stage, "93.184.216.34", 5432, app);
    stage.details().last_receive_ms = stage.details().last_send_ms = 7'200'000;
  }
  to(stage, "93.184.216.34", 5432, other);  // has just talked
  to(stage, "93.184.216.34", 5432, other);  // is kept alive
  stage.details().last_receive_ms = stage.details().last_send_ms = 7'200'000;
  stage.last().timer = TimerKind::Keepalive;
  auto const found = stage.look("dead-peer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[0].confidence, model::Confidence::Possible);
  EXPECT_EQ(found[0].subject, "pid 7 idle");
  EXPECT_EQ(evidence(found[0], "longest_idle"), "2 h 0 min");
}

}  // namespace
}  // namespace lastack::detect
