#include <gtest/gtest.h>

#include <rapidjson/document.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "base/text.hh"
#include "detect/registry.hh"
#include "support/golden.hh"
#include "ui/findings/detector_list.hh"
#include "ui/findings/detectors_document.hh"

namespace lastack::ui {
namespace {

using base::Language;

std::string const kDocs = std::string(LASTACK_GOLDEN) + "/../../docs/";

TEST(DetectorsDocument, IsUpToDate) {
  test::expect_same_as_file(kDocs + "detectors.md", detectors_document(Language::English));
  test::expect_same_as_file(kDocs + "detectors.zh.md", detectors_document(Language::Chinese));
}

TEST(DetectorsDocument, HasEveryDetectorAndThreshold) {
  for (auto const language : base::kLanguages) {
    auto const text = detectors_document(language);
    for (auto const* detector : detect::detectors()) {
      EXPECT_TRUE(text.contains("### " + std::string(detector->id) + "\n")) << detector->id;
      for (auto const& threshold : detector->thresholds) {
        EXPECT_TRUE(text.contains("| `" + std::string(threshold.name) + "` |")) << threshold.name;
      }
    }
  }
}

TEST(DetectorList, ShowsWhatIsSet) {
  detect::Config config;
  auto const& detector = *detect::detectors().front();
  ASSERT_EQ(detector.id, "syn-fanout");
  config.set(0, 0, 55);
  std::string text;
  write_detector_list(text, {}, config);
  EXPECT_TRUE(text.contains("55 hosts (usually 40 hosts)")) << text;
  EXPECT_FALSE(text.contains("off: "));
  config.turn(0, false);
  text.clear();
  write_detector_list(text, {}, config);
  EXPECT_TRUE(text.starts_with("syn-fanout  off: ")) << text;
}

TEST(DetectorList, IsNeverWiderThanTheScreen) {
  for (auto const language : base::kLanguages) {
    for (std::size_t const width : {60U, 80U}) {
      std::string text;
      write_detector_list(text, {.language = language, .width = width}, {});
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(base::display_width(line), width) << line;
        EXPECT_FALSE(line.ends_with(' ')) << "'" << line << "'";
      }
    }
  }
}

TEST(DetectorList, IsJsonToo) {
  detect::Config config;
  config.set(0, 0, 55.5);
  config.turn(0, false);
  std::string text;
  write_detector_list_json(text, config, Language::English);
  std::istringstream lines(text);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    rapidjson::Document json;
    json.Parse(line.c_str());
    ASSERT_FALSE(json.HasParseError()) << line;
    EXPECT_EQ(json["id"].GetString(), std::string(detect::detectors()[count]->id));
    EXPECT_EQ(json["enabled"].GetBool(), count != 0);
    if (count != 0) continue;
    EXPECT_EQ(json["thresholds"][0]["value"].GetDouble(), 55.5);
    EXPECT_EQ(json["thresholds"][0]["default"].GetDouble(), 40);
    EXPECT_EQ(json["thresholds"][0]["most"].GetDouble(), 1e6);
  }
  EXPECT_EQ(count, detect::detectors().size());
}

}  // namespace
}  // namespace lastack::ui
