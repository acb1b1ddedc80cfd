#include "explain/limits.hh"

#include <gtest/gtest.h>

#include "explain/fill.hh"

namespace lastack::explain {
namespace {

using base::Language;
using model::TcpSetting;
using model::TcpSettings;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Limits, OfTheUsualSettingsAreThoseOfTheKernel) {
  auto const limits = limits_of(TcpSettings());
  EXPECT_EQ(limits.syn, seconds(131)) << "4 even timeouts, then 1+2+4+8+16+32+64";
  EXPECT_EQ(limits.syn_ack, seconds(63)) << "1+2+4+8+16+32";
  EXPECT_EQ(limits.data, Milliseconds(924'600)) << "ip-sysctl.rst: 924.6 seconds";
  EXPECT_EQ(limits.orphan, Milliseconds(102'200)) << "0 means 8 retries";
  EXPECT_EQ(limits.fin_wait_2, seconds(60));
  EXPECT_EQ(limits.keepalive, minutes(120) + seconds(9 * 75));
}

TEST(Limits, FollowTheSettings) {
  TcpSettings settings;
  settings.set(TcpSetting::SynLinearTimeouts, 0);
  settings.set(TcpSetting::SynRetries, 1);
  settings.set(TcpSetting::SynAckRetries, 0);
  settings.set(TcpSetting::OrphanRetries, 1);
  settings.set(TcpSetting::RtoMaxMs, 1000);
  settings.set(TcpSetting::Retries2, 4);
  auto const limits = limits_of(settings);
  EXPECT_EQ(limits.syn, seconds(2)) << "both wait no longer than tcp_rto_max_ms";
  EXPECT_EQ(limits.syn_ack, seconds(1));
  EXPECT_EQ(limits.orphan, Milliseconds(600));
  EXPECT_EQ(limits.data, Milliseconds(200 + 400 + 800 + 1000 + 1000));
}

// Whatever stands in /proc/sys: no overflow, no endless loop.
TEST(Limits, SurviveAbsurdSettings) {
  TcpSettings settings;
  for (std::size_t i = 0; i < model::kTcpSettingCount; ++i) {
    settings.set(static_cast<TcpSetting>(i), 1'000'000'000);
  }
  auto const limits = limits_of(settings);
  EXPECT_GT(limits.syn.count(), 0);
  EXPECT_GT(limits.keepalive.count(), 0);
}

TEST(Durations, AreReadable) {
  auto const en = [](std::int64_t ms) {
    return duration_text(Milliseconds(ms), Language::English);
  };
  EXPECT_EQ(en(0), "0 s");
  EXPECT_EQ(en(-5), "0 s");
  EXPECT_EQ(en(704), "704 ms");
  EXPECT_EQ(en(1000), "1 s");
  EXPECT_EQ(en(1300), "1.3 s");
  EXPECT_EQ(en(59'600), "60 s");
  EXPECT_EQ(en(60'000), "60 s");
  EXPECT_EQ(en(102'200), "1 min 42 s");
  EXPECT_EQ(en(924'600), "15 min 25 s");
  EXPECT_EQ(en(7'200'000), "2 h");
  EXPECT_EQ(en(7'875'000), "2 h 11 min");
  EXPECT_EQ(en(90'000'000), "1 d 1 h");
  EXPECT_EQ(duration_text(Milliseconds(102'200), Language::Chinese), "1 分 42 秒");
}

TEST(Fill, PutsValuesInAndLeavesTheRest) {
  Values const values{{"a", "1"}, {"b", "{a}"}};
  EXPECT_EQ(fill("x {a} y {b}{c}", values), "x 1 y {a}{c}") << "values are not filled again";
  EXPECT_EQ(fill("{PID} {", values), "{PID} {");
  EXPECT_EQ(fill("", values), "");
}

TEST(Fill, HasAValueForEveryPlaceholder) {
  for (auto const language : base::kLanguages) {
    auto const values = values_of(TcpSettings(), language);
    for (auto const name : placeholders()) {
      ASSERT_TRUE(values.contains(name)) << name;
      EXPECT_FALSE(values.find(name)->second.empty()) << name;
    }
    EXPECT_EQ(values.size(), placeholders().size());
  }
}

}  // namespace
}  // namespace lastack::explain
