#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Cause;
using model::Severity;
using model::Side;
using model::SocketState;
using test::host;
using test::Stage;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Request {
  std::string to = "10.0.0.9";
  double open_s = 0.02;
  std::uint64_t bytes = 900;
};

// A connection that is opened, used and closed from here.
void request(Stage& stage, std::uint32_t owner, Request const& what) {
  auto life = Stage::life(Side::Local, "10.0.0.1", 40000, what.to, 80);
  stage.attempt(owner, what.to, 80, Cause::SynAck);
  life.born_ns = stage.now_ns - Stage::ns(what.open_s);
  life.closed_first_by = Side::Local;
  stage.change(SocketState::Established, SocketState::FinWait1, Cause::Close, life, owner);
  life.totals_known = true;
  life.totals.bytes_received = what.bytes;
  stage.end(life, owner);
}
void requests(Stage& stage, std::uint32_t owner, int count, double every_s, Request const& what) {
  for (int i = 0; i < count; ++i) {
    request(stage, owner, what);
    stage.wait(every_s);
  }
}

TEST(ConnectionChurn, NotesAConnectionForEachRequest) {
  Stage stage;
  auto const app = stage.process(12, "php-fpm");
  requests(stage, app, 500, 0.01, {});
  auto const found = stage.look("connection-churn");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Notice);
  EXPECT_EQ(found[0].subject, "pid 12");
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process->comm, "php-fpm");
  EXPECT_THAT(found[0].title.in(base::Language::English),
              HasSubstr("opens 100 short connections a second to 10.0.0.9:80"));
}

TEST(ConnectionChurn, WarnsWhenItIsHeavy) {
  Stage stage;
  auto const app = stage.process(12, "app");
  requests(stage, app, 1500, 0.002, {});
  auto const found = stage.look("connection-churn");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Warning);
}

TEST(ConnectionChurn, IsOneFindingForAProcessWithSeveralDestinations) {
  Stage stage;
  auto const proxy = stage.process(12, "nginx");
  for (int i = 0; i < 500; ++i) {
    for (unsigned server = 0; server < 3; ++server) {
      request(stage, proxy, {.to = host("10.9", server)});
    }
    stage.wait(0.01);
  }
  auto const found = stage.look("connection-churn");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Warning) << "300 a second together";
  EXPECT_THAT(found[0].title.in(base::Language::English), HasSubstr("3 destinations"));
}

TEST(ConnectionChurn, OnLoopbackIsNoWarning) {
  Stage stage;
  auto const app = stage.process(12, "app");
  requests(stage, app, 1000, 0.01, {.to = "127.0.0.1"});
  EXPECT_THAT(stage.look("connection-churn"), IsEmpty());
  requests(stage, app, 3000, 0.001, {.to = "127.0.0.1"});
  auto const found = stage.look("connection-churn");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Notice);
}

TEST(ConnectionChurn, IsSilentAboutALoadGenerator) {
  Stage stage;
  auto const ab = stage.process(12, "ab");
  requests(stage, ab, 5000, 0.001, {});
  EXPECT_THAT(stage.look("connection-churn"), IsEmpty());
}

TEST(ConnectionChurn, IsSilentAboutHealthChecks) {
  Stage stage;
  auto const checker = stage.process(12, "haproxy");
  requests(stage, checker, 15, 1, {});
  EXPECT_THAT(stage.look("connection-churn"), IsEmpty());
}

TEST(ConnectionChurn, IsSilentAboutACrawlerOfManyHosts) {
  Stage stage;
  auto const crawler = stage.process(12, "crawler");
  for (unsigned i = 0; i < 1000; ++i) {
    request(stage, crawler, {.to = host("10.9", i)});
    stage.wait(0.005);
  }
  EXPECT_THAT(stage.look("connection-churn"), IsEmpty());
}

TEST(ConnectionChurn, IsSilentAboutAPoolThatGrowsAndAboutDownloads) {
  Stage stage;
  auto const pool = stage.process(12, "pool");
  auto const loader = stage.process(13, "loader");
  for (int i = 0; i < 400; ++i) {
    stage.attempt(pool, "10.0.0.9", 5432, Cause::SynAck);
    request(stage, loader, {.open_s = 0.5, .bytes = 5'000'000});
    stage.wait(0.01);
  }
  EXPECT_THAT(stage.look("connection-churn"), IsEmpty());
}

TEST(ConnectionChurn, LeavesFailuresToOthers) {
  Stage stage;
  auto const app = stage.process(12, "app");
  for (int i = 0; i < 500; ++i) {
    stage.attempt(app, "10.0.0.9", 80, Cause::Refused);
    request(stage, app, {});
    stage.wait(0.01);
  }
  EXPECT_THAT(stage.look("connection-churn"), IsEmpty());
}

TEST(ConnectionChurn, SaysNothingOfTheFirstMoment) {
  Stage stage;
  auto const app = stage.process(12, "app");
  requests(stage, app, 100, 0.001, {});
  EXPECT_THAT(stage.look("connection-churn"), IsEmpty());
}

}  // namespace
}  // namespace lastack::detect
