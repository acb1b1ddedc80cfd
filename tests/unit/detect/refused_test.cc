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

// So many attempts, one every `every_s`.
void attempts(Stage& stage, std::uint32_t owner, std::string const& address, int count,
              double every_s, Cause why = Cause::Refused) {
  for (int i = 0; i < count; ++i) {
    stage.attempt(owner, address, 5432, why);
    stage.wait(every_s);
  }
}

std::string evidence(model::Finding const& finding, std::string_view id) {
  for (auto const& each : finding.evidence) {
    if (each.id == id) return each.value.in(base::Language::English);
  }
  return "";
}

TEST(Refused, NamesTheDestinationAndWhoTries) {
  Stage stage;
  auto const app = stage.process(12, "app", "/usr/bin/app");
  attempts(stage, app, "10.0.0.9", 8, 0.5);
  auto const found = stage.look("refused");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "10.0.0.9:5432");
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process->pid, 12U);
  EXPECT_EQ(found[0].title.in(base::Language::English),
            "10.0.0.9:5432 refuses the connections of app[12]: 8 attempts");
  EXPECT_EQ(evidence(found[0], "refused"), "8");
}

TEST(Refused, ShowsThatTheServiceListensElsewhere) {
  Stage stage;
  auto const app = stage.process(12, "app");
  auto const database = stage.process(20, "postgres");
  stage.tcp(SocketState::Listen, "127.0.0.1", 5432, "", 0, database);
  stage.tcp(SocketState::Established, "10.0.0.1", 22, "10.0.0.7", 50000);
  attempts(stage, app, "10.0.0.1", 8, 0.5);
  auto const found = stage.look("refused");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(evidence(found[0], "listens_elsewhere"), "127.0.0.1:5432");
  EXPECT_THAT(found[0].now[0].command, HasSubstr("state listen and sport = :5432"));
}

TEST(Refused, GroupsWhatIsMuch) {
  Stage stage;
  auto const app = stage.process(12, "app");
  for (int round = 0; round < 6; ++round) {
    for (unsigned i = 0; i < 20; ++i) stage.attempt(app, host("10.9", i), 80, Cause::Refused);
    stage.wait(1);
  }
  auto const found = stage.look("refused");
  ASSERT_THAT(found, SizeIs(7));
  EXPECT_EQ(found[6].subject, "others");
}

TEST(Refused, KnowsTheCulpritThatHasGone) {
  Stage stage;
  auto const app = stage.process(12, "app", "/usr/bin/app");
  attempts(stage, app, "10.0.0.9", 8, 0.5);
  stage.snapshot.processes.clear();
  auto const found = stage.look("refused");
  ASSERT_THAT(found, SizeIs(1));
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process->exe, "/usr/bin/app");
  EXPECT_THAT(found[0].title.in(base::Language::English), HasSubstr("app[12]"));
}

TEST(Refused, IsSilentAboutARestart) {
  Stage stage;
  auto const app = stage.process(12, "app");
  attempts(stage, app, "10.0.0.9", 100, 0.05, Cause::SynAck);
  attempts(stage, app, "10.0.0.9", 100, 0.01);  // a second in which it is not there
  EXPECT_THAT(stage.look("refused"), IsEmpty());
  attempts(stage, app, "10.0.0.9", 100, 0.02, Cause::SynAck);
  EXPECT_THAT(stage.look("refused"), IsEmpty());
}

TEST(Refused, IsSilentAboutLocalhostAtIpv6) {
  Stage stage;
  auto const app = stage.process(12, "app");
  for (int i = 0; i < 20; ++i) {
    auto const life = Stage::life(model::Side::Local, "::1", 40000, "::1", 5432);
    stage.change(SocketState::Closed, SocketState::SynSent, Cause::Connect, life, app);
    stage.change(SocketState::SynSent, SocketState::Closed, Cause::Refused, life, app);
    stage.attempt(app, "127.0.0.1", 5432, Cause::SynAck);
    stage.wait(0.3);
  }
  EXPECT_THAT(stage.look("refused"), IsEmpty());
}

TEST(Refused, IsSilentAboutAPortScan) {
  Stage stage;
  auto const scanner = stage.process(7, "nmap");
  for (std::uint16_t port = 1; port <= 400; ++port) {
    stage.attempt(scanner, "10.9.0.1", port, Cause::Refused);
    stage.wait(0.02);
  }
  EXPECT_THAT(stage.look("refused"), IsEmpty());
}

TEST(Refused, IsSilentAboutASingleFailureNowAndThen) {
  Stage stage;
  auto const app = stage.process(12, "app");
  attempts(stage, app, "10.0.0.9", 4, 4);
  EXPECT_THAT(stage.look("refused"), IsEmpty());
  stage.watched = false;
  EXPECT_THAT(stage.look("refused"), IsEmpty());
}

}  // namespace
}  // namespace lastack::detect
