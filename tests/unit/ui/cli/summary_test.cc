#include "ui/cli/summary.hh"

#include <gtest/gtest.h>

#include "support/captured.hh"
#include "support/sample_snapshot.hh"

namespace lastack::ui {
namespace {

using model::SocketState;

std::string text_of(model::Snapshot const& snapshot) {
  return test::captured([&](base::Output& output) {
    write_summary_text(output, summarize(snapshot, all_rows(snapshot)), {});
  });
}

TEST(Summary, NamesTheLargestAndCountsTheOthers) {
  test::SampleBuilder sample;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    auto const remote = "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
    auto const times = i == 2000 ? 3 : i == 10 ? 2 : 1;
    for (int n = 0; n < times; ++n) {
      sample.endpoint(SocketState::Established, "10.1.0.1", 80, {remote.c_str(), 9});
    }
  }
  auto const& snapshot = sample.snapshot();
  auto const summary = summarize(snapshot, all_rows(snapshot));
  ASSERT_EQ(summary.remotes.top.size(), kSummaryTop);
  EXPECT_EQ(model::to_string(summary.remotes.top[0].address, model::Family::Inet), "10.0.8.1");
  EXPECT_EQ(summary.remotes.top[0].endpoints, 3);
  EXPECT_EQ(summary.remotes.top[1].endpoints, 2);
  EXPECT_EQ(model::to_string(summary.remotes.top[2].address, model::Family::Inet), "10.0.0.1");
  EXPECT_EQ(summary.remotes.more, 3000 - kSummaryTop);
  EXPECT_NE(text_of(snapshot).find("… and 2980 more remote addresses\n"), std::string::npos);
}

TEST(Summary, AMappedPeerIsTheSameAsItsIpv4Self) {
  test::SampleBuilder sample;
  sample.endpoint(SocketState::Established, "10.0.0.1", 80, {"203.0.113.9", 1});
  sample.endpoint(SocketState::TimeWait, "::ffff:10.0.0.1", 80, {"::ffff:203.0.113.9", 2});
  auto const summary = summarize(sample.snapshot(), all_rows(sample.snapshot()));
  ASSERT_EQ(summary.remotes.top.size(), 1);
  EXPECT_EQ(summary.remotes.top[0].endpoints, 2);
}

TEST(Summary, ASharedSocketCountsOnceForEachProcess) {
  test::SampleBuilder sample;
  auto const a = sample.process(1, "a", "");
  auto const b = sample.process(2, "b", "");
  sample.own(sample.endpoint(SocketState::Listen, "0.0.0.0", 80, {"0.0.0.0", 0}),
             {{a, 3}, {a, 4}, {b, 3}});
  auto const summary = summarize(sample.snapshot(), all_rows(sample.snapshot()));
  ASSERT_EQ(summary.processes.top.size(), 2);
  EXPECT_EQ(summary.processes.top[0].endpoints, 1);
  EXPECT_EQ(summary.processes.top[1].endpoints, 1);
  EXPECT_TRUE(summary.remotes.top.empty());
}

TEST(Summary, OfNothingIsNothing) { EXPECT_EQ(text_of({}), "0 endpoints\n"); }

}  // namespace
}  // namespace lastack::ui
