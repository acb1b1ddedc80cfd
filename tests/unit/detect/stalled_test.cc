#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Severity;
using model::SocketState;
using model::TimerKind;
using test::host;
using test::Stage;

std::string title(model::Finding const& finding) {
  return finding.title.in(base::Language::English);
}

// A client of port 80 from whom that much lies unread, the last of it since so long.
void unread(Stage& stage, std::uint32_t owner, std::uint32_t bytes, double seconds) {
  static constexpr std::uint32_t kBuffer = 131'072;
  stage.tcp(SocketState::Established, "10.0.0.1", 80, "10.9.0.1", 50000, owner);
  stage.last().recv_queue = bytes;
  auto& details = stage.details();
  details.mem_rmem = bytes + 2'000;
  details.mem_rcvbuf = kBuffer;
  details.bytes_received = bytes;
  details.last_receive_ms = static_cast<std::uint32_t>(seconds * 1000);
}

// A connection whose peer takes nothing since so long.
void blocked(Stage& stage, std::uint32_t owner, std::string const& remote, double seconds) {
  stage.tcp(SocketState::Established, "10.0.0.1", 40000, remote, 9000, owner);
  stage.last().timer = TimerKind::Persist;
  stage.last().send_queue = 100'000;
  auto& details = stage.details();
  details.last_send_ms = static_cast<std::uint32_t>(seconds * 1000);
  details.last_ack_ms = 500;
}

TEST(StalledReader, FindsAProgramThatHangs) {
  Stage stage;
  auto const sink = stage.process(7, "sink", "/opt/sink");
  stage.tcp(SocketState::Listen, "0.0.0.0", 80, "", 0, sink);
  unread(stage, sink, 120'000, 90);
  unread(stage, sink, 120'000, 70);
  auto const found = stage.look("stalled-reader");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "pid 7");
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process.value_or(model::Process()).exe, "/opt/sink");
  EXPECT_EQ(found[0].socket_count, 2U);
  EXPECT_EQ(found[0].since_ns, stage.now_ns - 90 * test::kSecondNs);
}

TEST(StalledReader, APausedDownloadIsANotice) {
  Stage stage;
  unread(stage, stage.process(7, "curl"), 120'000, 90);  // it connected
  auto const found = stage.look("stalled-reader");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
}

TEST(StalledReader, AShorterPauseIsANotice) {
  Stage stage;
  unread(stage, stage.process(7, "curl"), 120'000, 15);
  auto const found = stage.look("stalled-reader");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
}

TEST(StalledReader, FindsAServerThatLeavesAllRequestsUnread) {
  Stage stage;
  auto const server = stage.process(7, "server");
  stage.tcp(SocketState::Listen, "0.0.0.0", 80, "", 0, server);
  for (unsigned i = 0; i < 12; ++i) unread(stage, server, 200, 65);
  auto const found = stage.look("stalled-reader");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].socket_count, 12U);
}

TEST(StalledReader, OfOneThatCannotPassItOnThePeersAreToBlame) {
  Stage stage;
  auto const proxy = stage.process(7, "proxy");
  unread(stage, proxy, 120'000, 90);
  blocked(stage, proxy, "10.9.0.2", 90);
  auto const found = stage.look("stalled-reader");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_NE(title(found[0]).find("cannot pass on"), std::string::npos);
}

TEST(StalledReader, IsSilentAboutASlowConsumer) {
  Stage stage;
  unread(stage, stage.process(7, "slow"), 120'000, 0.4);  // whenever it reads, more comes
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(stage.look("stalled-reader").empty());
    stage.wait(1);
    stage.details().bytes_received += 4096;
  }
}

TEST(StalledReader, IsSilentAboutOneThatWorksOffWhatCameBefore) {
  Stage stage;
  unread(stage, stage.process(7, "slow"), 120'000, 1);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(stage.look("stalled-reader").empty());
    stage.wait(1);
    stage.last().recv_queue -= 100;
    stage.details().last_receive_ms += 1000;
  }
}

TEST(StalledReader, FindsOneThatStopsToReadWhileItIsWatched) {
  Stage stage;
  unread(stage, stage.process(7, "stuck"), 120'000, 0);
  for (int i = 0; i < 20; ++i) {
    (void)stage.look("stalled-reader");
    stage.wait(1);
    if (i < 5) {
      stage.details().bytes_received += 4096;
    } else {
      stage.details().last_receive_ms += 1000;
    }
  }
  EXPECT_EQ(stage.look("stalled-reader").size(), 1U);
}

TEST(StalledReader, IsSilentAboutAPausedDownloadAndASleeperWithAByte) {
  Stage stage;
  unread(stage, stage.process(7, "browser"), 120'000, 3);
  unread(stage, stage.process(8, "sleeper"), 1, 86'400);
  EXPECT_TRUE(stage.look("stalled-reader").empty());
}

TEST(StalledReader, IsSilentAboutWhatNobodyHasAccepted) {
  Stage stage;
  unread(stage, model::kNone, 120'000, 90);
  stage.last().no_owner = model::NoOwner::AcceptQueue;
  EXPECT_TRUE(stage.look("stalled-reader").empty());
}

TEST(StalledReader, IsSilentAboutAnIdleClientPoolWithUnreadGreetings) {
  Stage stage;
  auto const client = stage.process(7, "client");
  for (unsigned i = 0; i < 20; ++i) unread(stage, client, 31, 3600);  // it opened them
  EXPECT_TRUE(stage.look("stalled-reader").empty());
}

TEST(StalledReader, ConcludesNothingFromOldReadings) {
  Stage stage;
  stage.tcp(SocketState::Established, "10.0.0.1", 80, "10.9.0.1", 50000, stage.process(7, "sink"));
  stage.last().recv_queue = 200'000;
  (void)stage.look("stalled-reader");
  stage.wait(100);
  EXPECT_TRUE(stage.look("stalled-reader").empty());
}

TEST(StalledWriter, NamesTheReaderOfThisMachine) {
  Stage stage;
  auto const writer = stage.process(7, "writer");
  auto const reader = stage.process(8, "reader", "/opt/reader");
  stage.tcp(SocketState::Established, "::ffff:10.0.0.2", 9000, "::ffff:10.0.0.1", 40000, reader);
  stage.last().recv_queue = 128'000;
  blocked(stage, writer, "10.0.0.2", 90);
  auto const found = stage.look("stalled-writer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].subject, "reader pid 8");
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process.value_or(model::Process()).exe, "/opt/reader");
  EXPECT_NE(title(found[0]).find("writer[7] cannot send: reader[8]"), std::string::npos);
}

TEST(StalledWriter, AnotherNamespaceHasALoopbackOfItsOwn) {
  Stage stage;
  auto const reader = stage.process(8, "reader");
  stage.snapshot.namespaces.push_back({.inode = 12345, .label = "other"});
  stage.tcp(SocketState::Established, "127.0.0.1", 9000, "127.0.0.1", 40000, reader);
  stage.last().netns = 1;
  stage.tcp(SocketState::Established, "127.0.0.1", 40000, "127.0.0.1", 9000,
            stage.process(7, "writer"));
  stage.last().timer = TimerKind::Persist;
  stage.details().last_send_ms = 90'000;
  auto const found = stage.look("stalled-writer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].process.value_or(model::Process()).pid, 7U);
}

TEST(StalledWriter, FindsAServerThatTakesNothing) {
  Stage stage;
  blocked(stage, stage.process(7, "backup"), "10.9.0.2", 90);
  auto const found = stage.look("stalled-writer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "10.9.0.2:9000");
  EXPECT_EQ(found[0].process.value_or(model::Process()).pid, 7U);
}

TEST(StalledWriter, OneFindingForAProgramWithManySuchPeers) {
  Stage stage;
  auto const sender = stage.process(7, "sender");
  for (unsigned i = 0; i < 30; ++i) blocked(stage, sender, host("10.9", i), 15);
  auto const found = stage.look("stalled-writer");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].subject, "pid 7");
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[0].socket_count, 30U);
}

TEST(StalledWriter, ClientsThatPauseAreANoticeAndAnAttackIsNot) {
  for (unsigned const clients : {5U, 80U}) {
    Stage stage;
    auto const server = stage.process(7, "nginx");
    stage.tcp(SocketState::Listen, "0.0.0.0", 80, "", 0, server);
    for (unsigned i = 0; i < clients; ++i) {
      blocked(stage, server, host("10.9", i), 90);
      stage.last().flow.local_port = 80;
    }
    auto const found = stage.look("stalled-writer");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].subject, "port 80");
    EXPECT_EQ(found[0].severity, clients == 5 ? Severity::Notice : Severity::Warning);
  }
}

TEST(StalledWriter, FindsAWindowThatWasTakenBack) {
  Stage stage;
  blocked(stage, stage.process(7, "backup"), "10.9.0.2", 0);
  stage.last().timer = TimerKind::Retransmit;
  stage.last().retransmits = 4;
  stage.details().snd_wnd = 0;
  EXPECT_TRUE(stage.look("stalled-writer").empty());
  stage.wait(15);
  EXPECT_EQ(stage.look("stalled-writer").size(), 1U);
}

TEST(StalledWriter, IsSilentAboutASlowReaderThatMakesRoomNowAndThen) {
  Stage stage;
  blocked(stage, stage.process(7, "backup"), "10.9.0.2", 2);
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(stage.look("stalled-writer").empty());
    stage.wait(1);
  }
}

}  // namespace
}  // namespace lastack::detect
