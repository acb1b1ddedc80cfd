#include "app/diagnose_options.hh"

#include <gmock/gmock.h>

#include <vector>

#include "app/watch_options.hh"

namespace lastack::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::expected<DiagnoseOptions, int> parsed(std::vector<char const*> const& arguments) {
  testing::internal::CaptureStderr();
  auto options = parse_diagnose_options(arguments);
  (void)testing::internal::GetCapturedStderr();
  return options;
}

TEST(DiagnoseOptions, WithoutAnyItWatchesTenSeconds) {
  auto const options = parsed({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->duration.count(), 10'000);
  EXPECT_EQ(options->fail_on, model::Severity::Warning);
  EXPECT_THAT(options->detectors.only, IsEmpty());
  EXPECT_EQ(options->filter, "");
}

TEST(DiagnoseOptions, WhatFollowsADetectorIsTheFilter) {
  auto const options =
      parsed({"--only", "refused,timed-out", "--only", "syn-fanout", "--skip", "refused", "state",
              "syn-sent", "--for", "0s", "--fail-on", "critical"});
  ASSERT_TRUE(options);
  EXPECT_THAT(options->detectors.only, ElementsAre("refused", "timed-out", "syn-fanout"));
  EXPECT_THAT(options->detectors.skip, ElementsAre("refused"));
  EXPECT_EQ(options->filter, "state syn-sent");
  EXPECT_EQ(options->duration.count(), 0);
  EXPECT_EQ(options->fail_on, model::Severity::Critical);
}

TEST(DiagnoseOptions, NeverFailsWhereThatIsWanted) {
  auto const options = parsed({"--fail-on", "never"});
  ASSERT_TRUE(options);
  EXPECT_FALSE(options->fail_on);
}

TEST(DiagnoseOptions, SaysWhatIsWrong) {
  EXPECT_EQ(parsed({"--fail-on", "error"}).error(), 2);
  EXPECT_EQ(parsed({"--for", "soon"}).error(), 2);
  EXPECT_EQ(parsed({"--list", "--learn"}).error(), 2);
  EXPECT_EQ(parsed({"--learn", "--json"}).error(), 2);
  EXPECT_EQ(parsed({"--nonsense"}).error(), 2);
}

TEST(WatchFindings, OptionsOfDetectorsNeedFindings) {
  auto const watch = [](std::vector<char const*> const& arguments) {
    testing::internal::CaptureStderr();
    auto const options = parse_watch_options(arguments);
    (void)testing::internal::GetCapturedStderr();
    return options ? 0 : options.error();
  };
  EXPECT_EQ(watch({"--findings", "--only", "refused", "dport = :443"}), 0);
  EXPECT_EQ(watch({"--only", "refused"}), 2);
  EXPECT_EQ(watch({"--findings", "--tally"}), 2);
  EXPECT_EQ(watch({"--findings", "--lives"}), 2);
  EXPECT_EQ(watch({"--findings", "--count", "3"}), 2);
}

}  // namespace
}  // namespace lastack::app
