#include "app/lab_check_options.hh"

#include <gtest/gtest.h>

#include <vector>

namespace lastack::app {
namespace {

std::expected<LabCheckOptions, int> parse(std::vector<char const*> const& arguments) {
  return parse_lab_check_options(arguments);
}

TEST(LabCheckOptions, AreTheUsualOnes) {
  auto const options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->reading, &tcp::kLinux);
  EXPECT_FALSE(options->save);
  EXPECT_FALSE(options->all);
  auto const more = parse({"--reading", "literal+5961", "--save", "m.tsv", "--all"});
  ASSERT_TRUE(more);
  EXPECT_EQ(more->reading, &tcp::kMitigated);
  EXPECT_EQ(more->save, "m.tsv");
  EXPECT_TRUE(more->all);
}

TEST(LabCheckOptions, OnePart) {
  EXPECT_TRUE(parse({})->wants_matrix());
  EXPECT_TRUE(parse({})->wants_scenarios());
  EXPECT_FALSE(parse({"--only", "matrix"})->wants_scenarios());
  EXPECT_FALSE(parse({"--only", "scenarios"})->wants_matrix());
  // Scenarios say nothing of other readings.
  EXPECT_FALSE(parse({"--reading", "literal"})->wants_scenarios());
  EXPECT_FALSE(parse({"--all"})->wants_scenarios());
  EXPECT_EQ(parse({"--only", "scenarios", "--save", "m.tsv"}).error(), 2);
  EXPECT_EQ(parse({"--only", "half"}).error(), 2);
}

TEST(LabCheckOptions, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(parse({"--reading", "windows"}).error(), 2);
  EXPECT_EQ(parse({"--save"}).error(), 2);
  EXPECT_EQ(parse({"more"}).error(), 2);
}

}  // namespace
}  // namespace lastack::app
