#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::NoOwner;
using model::Severity;
using model::SocketState;
using model::TcpSetting;
using model::TimerKind;
using test::host;
using test::Stage;

std::uint16_t port_of(unsigned i) { return static_cast<std::uint16_t>(40000 + i); }

// Closed here, and the FIN is sent again and again.
void orphan(Stage& stage, std::string const& peer, unsigned i, std::uint8_t retransmits,
            SocketState state = SocketState::FinWait1) {
  stage.tcp(state, "10.0.0.1", 443, peer, port_of(i));
  stage.last().no_owner = NoOwner::Orphan;
  stage.last().timer = TimerKind::Retransmit;
  stage.last().retransmits = retransmits;
}

void established(Stage& stage, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    stage.tcp(SocketState::Established, "10.0.0.1", 443, host("10.7", i), 40000);
  }
}

TEST(StuckClosing, NoticesAPeerThatDoesNotAcknowledgeTheEnd) {
  Stage stage;
  established(stage, 200);
  for (unsigned i = 0; i < 8; ++i) orphan(stage, "10.9.0.1", i, 5);
  for (unsigned i = 8; i < 12; ++i) orphan(stage, "10.9.0.1", i, 5, SocketState::LastAck);
  auto const found = stage.look("stuck-closing");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[0].subject, "peer 10.9.0.1");
  EXPECT_EQ(found[0].socket_count, 12U);
  EXPECT_EQ(found[0].evidence[0].value.in(base::Language::English), "FIN_WAIT_1 8, LAST_ACK 4");
}

TEST(StuckClosing, WarnsWhereAGoodPartOfAllConnectionsIsStuck) {
  Stage stage;
  established(stage, 200);
  for (unsigned i = 0; i < 150; ++i) orphan(stage, host("10.9", i), i, 4);
  auto const found = stage.look("stuck-closing");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "many peers");
}

TEST(StuckClosing, FindsWhoHoldsWhatItHasShutDown) {
  Stage stage;
  stage.wait(2000);
  auto const client = stage.process(812, "uploader", "/opt/uploader");
  for (unsigned i = 0; i < 12; ++i) {
    stage.tcp(SocketState::FinWait2, "10.0.0.1", port_of(i), "10.9.0.1", 80, client);
    stage.details().last_ack_ms = 900'000;
  }
  auto const found = stage.look("stuck-closing");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "pid 812");
  EXPECT_EQ(found[0].process.value_or(model::Process()).exe, "/opt/uploader");
}

TEST(StuckClosing, FindsWhatATimerShouldHaveEnded) {
  Stage stage;
  stage.wait(2000);
  orphan(stage, "10.9.0.1", 0, 0);
  stage.last().timer = TimerKind::Persist;  // probes are answered, and nothing is taken
  stage.aged(1000);
  auto const found = stage.look("stuck-closing");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].subject, "overdue");
  EXPECT_EQ(found[0].confidence, model::Confidence::Likely);
}

TEST(StuckClosing, WarnsOfTheLimitOfOrphans) {
  Stage stage;
  stage.namespaces[0].settings.set(TcpSetting::MaxOrphans, 1000);
  stage.memory = {.known = true, .orphans = 600};
  auto found = stage.look("stuck-closing");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "orphan limit");
  stage.memory.orphans = 950;
  found = stage.look("stuck-closing");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::Critical);
  stage.memory.orphans = 100;
  EXPECT_TRUE(stage.look("stuck-closing").empty());
}

TEST(StuckClosing, IsSilentAboutConnectionsThatAreJustBeingClosed) {
  Stage stage;
  for (unsigned i = 0; i < 500; ++i) orphan(stage, "10.9.0.1", i, 0);
  EXPECT_TRUE(stage.look("stuck-closing").empty());
}

TEST(StuckClosing, IsSilentAboutAFewClientsThatHaveVanished) {
  Stage stage;
  established(stage, 2000);
  for (unsigned i = 0; i < 120; ++i) orphan(stage, host("10.9", i), i, 5);
  EXPECT_TRUE(stage.look("stuck-closing").empty());
}

TEST(StuckClosing, IsSilentAboutOrphansThatTcpFinTimeoutEnds) {
  Stage stage;
  stage.wait(2000);
  for (unsigned i = 0; i < 3000; ++i) {
    stage.tcp(SocketState::FinWait2, "10.0.0.1", 443, host("10.9", i), 40000);
    stage.last().no_owner = NoOwner::Orphan;
    stage.last().timer = TimerKind::TimeWait;
    stage.aged(50);
  }
  EXPECT_TRUE(stage.look("stuck-closing").empty());
}

TEST(StuckClosing, IsSilentAboutAClientThatIsStillAnswered) {
  Stage stage;
  stage.wait(5000);
  auto const client = stage.process(812, "rsync");
  for (unsigned i = 0; i < 12; ++i) {
    stage.tcp(SocketState::FinWait2, "10.0.0.1", port_of(i), "10.9.0.1", 873, client);
    stage.aged(3600);
    stage.details().last_ack_ms = 40;
  }
  EXPECT_TRUE(stage.look("stuck-closing").empty());
}

TEST(StuckClosing, LeavesCloseWaitToOthers) {
  Stage stage;
  stage.wait(5000);
  auto const server = stage.process(812, "api");
  for (unsigned i = 0; i < 200; ++i) {
    stage.tcp(SocketState::CloseWait, "10.0.0.1", 80, "10.9.0.1", port_of(i), server);
    stage.aged(3600);
  }
  EXPECT_TRUE(stage.look("stuck-closing").empty());
}

}  // namespace
}  // namespace lastack::detect
