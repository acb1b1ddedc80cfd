#include "app/lab_run_options.hh"

#include <gtest/gtest.h>

#include <vector>

namespace lastack::app {
namespace {

std::expected<LabRunOptions, int> parse(std::vector<char const*> const& arguments) {
  return parse_lab_run_options(arguments);
}

TEST(LabRunOptions, AreTheUsualOnes) {
  auto const options = parse({"abort"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->scenario, "abort");
  EXPECT_FALSE(options->kernel);
  EXPECT_EQ(options->reading, nullptr);
  EXPECT_FALSE(options->changes_wire());
  EXPECT_EQ(options->format, LadderFormat::Text);
}

TEST(LabRunOptions, TheKernelMayBeGivenAHost) {
  EXPECT_TRUE(parse({"abort", "--kernel"})->kernel);
  EXPECT_EQ(parse({"abort", "--kernel"})->kernel_host, "");
  EXPECT_EQ(parse({"abort", "--kernel", "server"})->kernel_host, "server");
  EXPECT_EQ(parse({"abort", "--kernel", "server"})->scenario, "abort");
}

TEST(LabRunOptions, TheWire) {
  auto const options = parse({"abort", "--loss", "25%", "--duplication", "5", "--delay", "1.5s",
                              "--jitter", "20ms", "--seed", "9"});
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->changes_wire());
  EXPECT_DOUBLE_EQ(options->loss.value_or(0), 0.25);
  EXPECT_DOUBLE_EQ(options->duplication.value_or(0), 0.05);
  EXPECT_EQ(options->delay, lab::milliseconds(1500));
  EXPECT_EQ(options->jitter, lab::milliseconds(20));
  EXPECT_EQ(options->seed, 9U);
}

TEST(LabRunOptions, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(parse({}).error(), 2);
  EXPECT_EQ(parse({"abort", "--loss", "101"}).error(), 2);
  EXPECT_EQ(parse({"abort", "--loss", "-1"}).error(), 2);
  EXPECT_EQ(parse({"abort", "--delay", "10"}).error(), 2);
  EXPECT_EQ(parse({"abort", "--seed", "-1"}).error(), 2);
  EXPECT_EQ(parse({"abort", "--format", "gif"}).error(), 2);
  EXPECT_EQ(parse({"abort", "--reading", "bsd"}).error(), 2);
}

}  // namespace
}  // namespace lastack::app
