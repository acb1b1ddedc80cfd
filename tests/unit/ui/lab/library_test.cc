// The scenarios that come with lastack: what each expects comes, and its ladder is as it was looked
// at.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "lab/play/player.hh"
#include "lab/scenario/library.hh"
#include "lab/scenario/parser.hh"
#include "support/golden.hh"
#include "ui/lab/ladder_text.hh"

namespace lastack::ui {
namespace {

class Library : public testing::TestWithParam<lab::LibraryScenario> {};

TEST_P(Library, ComesAsExpected) {
  auto const scenario = lab::parse_scenario(GetParam().name, GetParam().text);
  ASSERT_TRUE(scenario) << scenario.error().message;
  EXPECT_FALSE(scenario->title.zh.empty());
  EXPECT_FALSE(scenario->lesson.en.empty());
  EXPECT_FALSE(scenario->lesson.zh.empty());
  lab::Stage stage(*scenario, {.reading = scenario->readings.front(), .wire = scenario->wire});
  lab::Player player(*scenario, stage);
  auto const disappointment = player.play(true);
  EXPECT_FALSE(disappointment) << GetParam().name << ":" << disappointment->line << ": "
                               << disappointment->what;
  LadderStyle const style{.width = 100};
  test::expect_golden("lab/scenarios/" + std::string(GetParam().name) + ".txt",
                      ladder_text(*scenario, stage.story(), style));
}

INSTANTIATE_TEST_SUITE_P(All, Library,
                         testing::ValuesIn(lab::library().begin(), lab::library().end()),
                         [](auto const& parameter) {
                           std::string name(parameter.param.name);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace lastack::ui
