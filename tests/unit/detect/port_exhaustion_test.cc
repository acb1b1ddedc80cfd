#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stage.hh"

namespace lastack::detect {
namespace {

using model::Cause;
using model::Severity;
using model::SocketState;
using model::TcpSetting;
using test::host;
using test::Stage;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A machine with ports 40000 to 40999.
class PortExhaustion : public testing::Test {
 protected:
  PortExhaustion() {
    auto& settings = stage.namespaces[0].settings;
    settings.set(TcpSetting::PortRangeFirst, 40000);
    settings.set(TcpSetting::PortRangeLast, 40999);
    stage.wait(100);
    stage.history.advance(stage.now_ns);
    app = stage.process(12, "app");
  }

  // As connect() takes them: every second one first, then the others.
  static std::uint16_t nth_port(unsigned n) {
    return static_cast<std::uint16_t>(40000 + (n < 500 ? 2 * n : 2 * (n - 500) + 1));
  }
  void connections(unsigned count, SocketState state, double age_s = 30,
                   std::string const& to = "10.0.0.9") {
    auto const local = to.starts_with("127.") ? "127.0.0.1" : "10.0.0.1";
    for (unsigned i = 0; i < count; ++i) {
      stage.tcp(state, local, nth_port(next++), to, 5432, app);
      stage.aged(age_s);
    }
  }
  // A TIME_WAIT for each of the last seconds, so many of them.
  void steady(unsigned each_second, unsigned seconds) {
    for (unsigned second = 0; second < seconds; ++second) {
      for (unsigned i = 0; i < each_second; ++i) {
        stage.tcp(SocketState::TimeWait, "10.0.0.1", nth_port(next++), "10.0.0.9", 5432, app);
        stage.aged(second + 0.5);
        stage.timings.back().born_ns = stage.timings.back().since_ns - 1;
      }
    }
  }
  [[nodiscard]] detect::Findings look() { return stage.look("port-exhaustion"); }

  Stage stage;
  std::uint32_t app = 0;
  unsigned next = 0;
};

std::string evidence(model::Finding const& finding, std::string_view id) {
  for (auto const& each : finding.evidence) {
    if (each.id == id) return each.value.in(base::Language::English);
  }
  return "";
}

TEST_F(PortExhaustion, CountsThePortsToOneDestination) {
  connections(790, SocketState::Established);
  EXPECT_THAT(look(), IsEmpty());
  connections(20, SocketState::TimeWait);
  auto const found = look();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "10.0.0.1 to 10.0.0.9:5432");
  EXPECT_EQ(found[0].socket_count, 810U);
  ASSERT_TRUE(found[0].process);
  EXPECT_EQ(found[0].process->pid, 12U);
  EXPECT_EQ(evidence(found[0], "ports"), "1000");
  EXPECT_EQ(evidence(found[0], "time_wait"), "20");
}

TEST_F(PortExhaustion, IsCriticalWhenHardlyAnyIsLeft) {
  connections(960, SocketState::Established);
  auto const found = look();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Critical);
}

TEST_F(PortExhaustion, LeavesOutReservedPortsAndListeners) {
  connections(700, SocketState::Established);
  EXPECT_THAT(look(), IsEmpty());
  stage.namespaces[0].reserved_ports = {{30000, 30100}, {40900, 41100}};
  for (std::uint16_t port = 40701; port <= 40751; port += 2) {
    stage.tcp(SocketState::Listen, "0.0.0.0", port);
    stage.tcp(SocketState::Listen, "10.0.0.1", port);
  }
  auto const found = look();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(evidence(found[0], "ports"), "874");
  EXPECT_EQ(evidence(found[0], "reserved"), "100");
  EXPECT_EQ(evidence(found[0], "bound"), "26");
}

TEST_F(PortExhaustion, IsCriticalOnceConnectFails) {
  connections(600, SocketState::Established);
  EXPECT_THAT(look(), IsEmpty());
  for (int i = 0; i < 2; ++i) stage.attempt(app, "10.0.0.9", 5432, Cause::ConnectFailed);
  EXPECT_THAT(look(), IsEmpty());  // a route that changes does that, too
  stage.attempt(app, "10.0.0.9", 5432, Cause::ConnectFailed);
  auto const found = look();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Critical);
  EXPECT_THAT(found[0].title.in(base::Language::English), HasSubstr("No local port is left"));
}

TEST_F(PortExhaustion, TellsOfFailuresThatItCannotExplain) {
  for (int i = 0; i < 3; ++i) stage.attempt(app, "10.0.0.9", 5432, Cause::ConnectFailed);
  auto const found = look();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].confidence, model::Confidence::Likely);
}

TEST_F(PortExhaustion, TakesIpv4ThroughIpv6SocketsForIpv4) {
  connections(500, SocketState::Established);
  for (unsigned i = 500; i < 850; ++i) {
    stage.tcp(SocketState::Established, "::ffff:10.0.0.1", nth_port(i), "::ffff:10.0.0.9", 5432,
              app);
  }
  auto const found = look();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].socket_count, 850U);
  EXPECT_EQ(found[0].subject, "10.0.0.1 to 10.0.0.9:5432");
}

// 25 a second: 450 in use after 18 s, none left after 40 s, long before the first are free again.
TEST_F(PortExhaustion, ForecastsTheEnd) {
  steady(25, 18);
  auto const found = look();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].confidence, model::Confidence::Likely);
  EXPECT_THAT(found[0].title.in(base::Language::English), HasSubstr("run out in"));
  EXPECT_EQ(evidence(found[0], "rate"), "25");
}

TEST_F(PortExhaustion, KnowsThatASteadyRateGoesOn) {
  steady(12, 60);  // 720: as many become free as are taken
  EXPECT_THAT(look(), IsEmpty());
}
TEST_F(PortExhaustion, KnowsThatARampLevelsOff) {
  steady(13, 40);  // 520 of 780 in the end
  EXPECT_THAT(look(), IsEmpty());
}
TEST_F(PortExhaustion, ForecastsNothingOfABurstThatIsOver) {
  connections(700, SocketState::TimeWait, 20);
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(PortExhaustion, CountsTimeWaitOnlyWhereItBlocks) {
  connections(1000, SocketState::TimeWait, 10, "127.0.0.1");
  EXPECT_THAT(look(), IsEmpty()) << "tcp_tw_reuse is 2: taken over on loopback";
  stage.namespaces[0].settings.set(TcpSetting::TimeWaitReuse, 0);
  EXPECT_THAT(look(), SizeIs(1));
  stage.namespaces[0].settings.set(TcpSetting::TimeWaitReuse, 2);
  stage.namespaces[0].settings.set(TcpSetting::Timestamps, 0);
  EXPECT_THAT(look(), SizeIs(1));
}
TEST_F(PortExhaustion, CountsTimeWaitThatIsTooYoungToBeTakenOver) {
  connections(900, SocketState::TimeWait, 0.4, "127.0.0.1");
  EXPECT_THAT(look(), SizeIs(1));
}
TEST_F(PortExhaustion, KnowsThatTimeWaitMayBeTakenOverEverywhere) {
  connections(1000, SocketState::TimeWait, 10);
  auto const found = look();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].now.back().command, HasSubstr("tcp_tw_reuse=1"));
  stage.namespaces[0].settings.set(TcpSetting::TimeWaitReuse, 1);
  EXPECT_THAT(look(), IsEmpty());
}
TEST_F(PortExhaustion, ReadsTheAgeOfTimeWaitFromItsTimerWhereNothingWasWatched) {
  stage.watched = false;
  for (unsigned i = 0; i < 900; ++i) {
    stage.tcp(SocketState::TimeWait, "127.0.0.1", nth_port(i), "127.0.0.1", 80, app);
    stage.last().timer = model::TimerKind::TimeWait;
    stage.last().timer_ms = 50'000;
  }
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(PortExhaustion, FindsPortsThatBindChose) {
  // bind(0) begins with every second port from the second on, and uses each once.
  for (unsigned i = 0; i < 850; ++i) {
    auto const port = nth_port((i + 500) % 1000);
    stage.tcp(SocketState::Established, "10.0.0.1", port, host("10.9", i % 50), 80, app);
  }
  auto const found = look();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::Warning);
  EXPECT_EQ(found[0].subject, "10.0.0.1");
  EXPECT_THAT(found[0].lasting[0].text.in(base::Language::English),
              HasSubstr("IP_BIND_ADDRESS_NO_PORT"));
}

TEST_F(PortExhaustion, IsSilentAboutAProxyWithManyDestinations) {
  for (unsigned server = 0; server < 20; ++server) {
    next = server * 7;
    connections(300, SocketState::Established, 30, host("10.9", server));
  }
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(PortExhaustion, IsSilentAboutAServersTimeWait) {
  for (unsigned i = 0; i < 20'000; ++i) {
    stage.tcp(SocketState::TimeWait, "10.0.0.1", 80, host("10.9", i % 200),
              static_cast<std::uint16_t>(20000 + i / 200), app);
  }
  // of one whose port lies in the range, too
  for (unsigned i = 0; i < 2000; ++i) {
    stage.tcp(SocketState::Established, "10.0.0.1", 40080, "10.0.0.7",
              static_cast<std::uint16_t>(20000 + i), app);
    stage.timings.back().opened_by = model::Side::Remote;
  }
  EXPECT_THAT(look(), IsEmpty());
}

TEST(PortExhaustionWithUsualSettings, IsSilentAboutTenThousandTimeWait) {
  Stage stage;
  stage.wait(100);
  auto const wrk = stage.process(12, "wrk");
  for (unsigned i = 0; i < 10'000; ++i) {
    stage.tcp(SocketState::TimeWait, "10.0.0.1", static_cast<std::uint16_t>(32768 + 2 * i),
              "10.0.0.9", 80, wrk);
    stage.aged(10);
    stage.timings.back().born_ns = stage.now_ns - Stage::ns(11);
  }
  EXPECT_THAT(stage.look("port-exhaustion"), IsEmpty());
}

}  // namespace
}  // namespace lastack::detect
