#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Cause;
using model::NoOwner;
using model::Severity;
using model::Side;
using model::SocketState;
using model::TcpCounter;
using model::TcpSetting;
using test::host;
using test::Stage;

void listen(Stage& stage, std::uint32_t server, std::uint32_t backlog, std::uint32_t queued = 0) {
  stage.tcp(SocketState::Listen, "0.0.0.0", 80, "", 0, server);
  stage.last().send_queue = backlog;
  stage.last().recv_queue = queued;
}

void half_open(Stage& stage, unsigned count, std::uint8_t retransmits,
               std::string const& from = "") {
  for (unsigned i = 0; i < count; ++i) {
    stage.tcp(SocketState::SynReceived, "10.0.0.1", 80, from.empty() ? host("198.51", i) : from,
              static_cast<std::uint16_t>(1024 + i));
    stage.last().no_owner = NoOwner::RequestSocket;
    stage.last().retransmits = retransmits;
  }
}

void finish_handshakes(Stage& stage, std::uint32_t server, unsigned count,
                       Cause cause = Cause::Ack) {
  for (unsigned i = 0; i < count; ++i) {
    auto const life = Stage::life(Side::Remote, "10.0.0.1", 80, host("192.0", i), 40000);
    stage.change(SocketState::Listen, SocketState::SynReceived, Cause::Syn, life, server);
    stage.change(SocketState::SynReceived, SocketState::Established, cause, life, server);
  }
}

void count(Stage& stage, TcpCounter counter, std::uint64_t rise) {
  auto& facts = stage.namespaces[0];
  if (!facts.counters) facts.counters.emplace();
  if (!facts.earlier) facts.earlier.emplace();
  facts.counters->set(counter, rise);
}

TEST(SynFlood, FindsAFloodThatCookiesHoldOff) {
  Stage stage;
  auto const server = stage.process(80, "nginx", "/usr/sbin/nginx");
  listen(stage, server, 511);
  half_open(stage, 512, 2);
  finish_handshakes(stage, server, 30);
  count(stage, TcpCounter::SyncookiesSent, 20'000);
  count(stage, TcpCounter::SyncookiesRecv, 300);
  auto const found = stage.look("syn-flood");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "*:80");
  EXPECT_EQ(found[0].process.value_or(model::Process()).pid, 80U);
  EXPECT_EQ(found[0].socket_count, 512U);
}

TEST(SynFlood, IsCriticalWhereSynsAreDropped) {
  Stage stage;
  stage.blindness.events = true;
  listen(stage, stage.process(80, "nginx"), 128);
  stage.namespaces[0].settings.set(TcpSetting::SynCookies, 0);
  half_open(stage, 129, 1);
  count(stage, TcpCounter::ReqQFullDrop, 5000);
  auto const found = stage.look("syn-flood");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Critical);
  EXPECT_EQ(found[0].now[0].command, "sysctl -w net.ipv4.tcp_syncookies=1");
}

TEST(SynFlood, FindsItBesideManyRealClients) {
  Stage stage;
  auto const server = stage.process(80, "nginx");
  listen(stage, server, 511);
  half_open(stage, 500, 2);
  finish_handshakes(stage, server, 20'000);
  count(stage, TcpCounter::SyncookiesSent, 100'000);
  count(stage, TcpCounter::SyncookiesRecv, 9000);
  EXPECT_EQ(stage.look("syn-flood").size(), 1U);
}

TEST(SynFlood, NamesTheAddressWhereItIsOne) {
  Stage stage;
  stage.blindness.events = true;
  listen(stage, stage.process(80, "nginx"), 4096);
  half_open(stage, 300, 1, "203.0.113.9");
  auto const found = stage.look("syn-flood");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].now[0].command.find("ip saddr 203.0.113.9 drop"), std::string::npos);
}

TEST(SynFlood, FindsItInOneLook) {
  Stage stage;
  stage.watched = false;
  listen(stage, stage.process(80, "nginx"), 4096);
  half_open(stage, 300, 3);
  EXPECT_EQ(stage.look("syn-flood").size(), 1U);
}

TEST(SynFlood, IsSilentAboutABurstOfRealClients) {
  Stage stage;
  stage.blindness.events = true;
  auto const server = stage.process(80, "nginx");
  listen(stage, server, 128);
  half_open(stage, 129, 0);
  finish_handshakes(stage, server, 800, Cause::SynCookie);
  count(stage, TcpCounter::SyncookiesSent, 800);
  count(stage, TcpCounter::SyncookiesRecv, 790);
  EXPECT_TRUE(stage.look("syn-flood").empty());
}

TEST(SynFlood, IsSilentAboutASlowNetworkWhereHandshakesFinish) {
  Stage stage;
  stage.blindness.events = true;
  auto const server = stage.process(80, "nginx");
  listen(stage, server, 4096);
  half_open(stage, 400, 1);
  finish_handshakes(stage, server, 2000);
  EXPECT_TRUE(stage.look("syn-flood").empty());
}

TEST(SynFlood, LeavesAFullAcceptQueueToOthers) {
  Stage stage;
  listen(stage, stage.process(80, "hung"), 128, 129);
  half_open(stage, 300, 3);
  count(stage, TcpCounter::SyncookiesSent, 100);
  EXPECT_TRUE(stage.look("syn-flood").empty());
}

TEST(SynFlood, IsSilentAboutBackgroundNoise) {
  Stage stage;
  listen(stage, stage.process(22, "sshd"), 128);
  half_open(stage, 60, 4);
  EXPECT_TRUE(stage.look("syn-flood").empty());
}

}  // namespace
}  // namespace lastack::detect
