// Scenarios written by hand: tests/scenarios/machine.txt.
#include "support/scenes.hh"

#include <gtest/gtest.h>

#include <iterator>

namespace lastack::tcp {
namespace {

std::vector<test::Scene> scenes() {
  std::ifstream file(LASTACK_SCENARIOS "/machine.txt");
  return test::parse_scenes({std::istreambuf_iterator<char>(file), {}});
}

TEST(Scenes, GoAsTheyAreWritten) {
  std::size_t played = 0;
  for (auto const& scene : scenes()) {
    EXPECT_FALSE(scene.readings.empty()) << scene.title;
    EXPECT_GT(scene.steps.size(), 1U) << scene.title;
    for (auto const* reading : kReadings) {
      if (!test::is_of(scene, *reading)) continue;
      EXPECT_EQ(test::play(scene, *reading), "");
      ++played;
    }
  }
  EXPECT_GT(played, 300U);
}

}  // namespace
}  // namespace lastack::tcp
