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

TEST(LabCheckOptions, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(parse({"--reading", "windows"}).error(), 2);
  EXPECT_EQ(parse({"--save"}).error(), 2);
  EXPECT_EQ(parse({"more"}).error(), 2);
}

}  // namespace
}  // namespace lastack::app
