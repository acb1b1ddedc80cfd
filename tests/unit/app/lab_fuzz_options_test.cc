#include "app/lab_fuzz_options.hh"

#include <gtest/gtest.h>

#include <vector>

namespace lastack::app {
namespace {

std::expected<LabFuzzOptions, int> parse(std::vector<char const*> const& arguments) {
  return parse_lab_fuzz_options(arguments);
}

TEST(LabFuzzOptions, AreTheUsualOnes) {
  auto const options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->seed, 1U);
  EXPECT_EQ(options->cases, 1000U);
  auto const more = parse({"--seed", "18446744073709551615", "--cases", "7"});
  ASSERT_TRUE(more);
  EXPECT_EQ(more->seed, 18446744073709551615U);
  EXPECT_EQ(more->cases, 7U);
}

TEST(LabFuzzOptions, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(parse({"--seed", "-1"}).error(), 2);
  EXPECT_EQ(parse({"--seed", "1x"}).error(), 2);
  EXPECT_EQ(parse({"--cases", "0"}).error(), 2);
  EXPECT_EQ(parse({"--cases", "99999999999"}).error(), 2);
  EXPECT_EQ(parse({"extra"}).error(), 2);
}

}  // namespace
}  // namespace lastack::app
