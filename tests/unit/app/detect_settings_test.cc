#include "app/detect_settings.hh"

#include <gmock/gmock.h>

namespace lastack::app {
namespace {

using detect::Config;
using testing::HasSubstr;

std::size_t index_of(std::string_view id) {
  auto const all = detect::detectors();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i]->id == id) return i;
  }
  ADD_FAILURE() << id;
  return 0;
}

std::string problem(std::string_view text) {
  Config config;
  auto const applied = apply_detect_settings(text, config);
  return applied ? "" : applied.error().message;
}

TEST(DetectSettings, ChangesThresholdsAndTurnsDetectorsOff) {
  Config config;
  auto const fanout = index_of("syn-fanout");
  EXPECT_EQ(config.knobs(fanout)[0], 40);
  ASSERT_TRUE(apply_detect_settings(
      "[syn-fanout]\nhosts = 12\nfail_share = 50.5\n[connection-churn]\nenabled = false\n",
      config));
  EXPECT_EQ(config.knobs(fanout)[0], 12);
  EXPECT_TRUE(config.is_on(fanout));
  EXPECT_FALSE(config.is_on(index_of("connection-churn")));
}

TEST(DetectSettings, SaysWhatIsWrongAndChangesNothing) {
  EXPECT_THAT(problem("[syn-fanuot]\nhosts = 1\n"), HasSubstr("is it syn-fanout?"));
  EXPECT_THAT(problem("[syn-fanout]\nhost = 1\n"), HasSubstr("has no setting 'host'; it has: "));
  EXPECT_THAT(problem("[syn-fanout]\nhosts = 0\n"), HasSubstr("a number from 2 to"));
  EXPECT_THAT(problem("[syn-fanout]\nhosts = \"many\"\n"), HasSubstr("a number from"));
  EXPECT_THAT(problem("[syn-fanout]\nhosts = nan\n"), HasSubstr("a number from"));
  EXPECT_THAT(problem("[syn-fanout]\nhosts = true\n"), HasSubstr("a number from"));
  EXPECT_THAT(problem("[syn-fanout]\nenabled = 1\n"), HasSubstr("true or false"));
  EXPECT_THAT(problem("syn-fanout = 3\n"), HasSubstr("not a table"));
  EXPECT_THAT(problem("[syn-fanout\n"), HasSubstr("line 1"));
  Config config;
  EXPECT_FALSE(apply_detect_settings("[syn-fanout]\nhosts = 12\nwrong = 1\n", config));
  EXPECT_EQ(config.knobs(index_of("syn-fanout"))[0], 40);
}

TEST(DetectSettings, ChoosesDetectors) {
  Config config;
  ASSERT_TRUE(choose_detectors({"syn-fanout", "refused"}, {"refused"}, config));
  EXPECT_TRUE(config.is_on(index_of("syn-fanout")));
  EXPECT_FALSE(config.is_on(index_of("refused")));
  EXPECT_FALSE(config.is_on(index_of("timed-out")));
  EXPECT_FALSE(choose_detectors({"nonsense"}, {}, config));
  EXPECT_FALSE(choose_detectors({}, {"nonsense"}, config));
}

TEST(DetectSettings, AFileThatIsAskedForMustBeThere) {
  Config config;
  EXPECT_FALSE(read_detect_settings("/nonexistent/diagnose.toml", true, config));
  EXPECT_TRUE(read_detect_settings("/nonexistent/diagnose.toml", false, config));
  EXPECT_FALSE(read_detect_settings("/", true, config)) << "a folder";
}

}  // namespace
}  // namespace lastack::app
