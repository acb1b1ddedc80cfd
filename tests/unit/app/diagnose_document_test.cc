// docs/diagnose.md is written by hand; what it lists is held against the program here. The example
// of docs/detectors.md is tried, too.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "app/detect_settings.hh"
#include "app/diagnose_options.hh"
#include "detect/board.hh"
#include "model/finding.hh"

namespace lastack::app {
namespace {

std::string document(std::string const& name) {
  std::ifstream file(std::string(LASTACK_GOLDEN) + "/../../docs/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> toml_blocks(std::string const& text) {
  constexpr std::string_view kBegin = "```toml\n";
  std::vector<std::string> blocks;
  for (auto at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at)) {
    at += kBegin.size();
    blocks.push_back(text.substr(at, text.find("```", at) - at));
  }
  return blocks;
}

TEST(DiagnoseDocument, HasSettingsThatAreAccepted) {
  for (auto const* name : {"diagnose.md", "detectors.md", "detectors.zh.md"}) {
    auto const blocks = toml_blocks(document(name));
    EXPECT_EQ(blocks.size(), 1U) << name;
    for (auto const& block : blocks) {
      detect::Config config;
      auto const applied = apply_detect_settings(block, config);
      EXPECT_TRUE(applied) << name << ": " << applied.error().message;
    }
  }
}

TEST(DiagnoseDocument, HasEveryOption) {
  ::testing::internal::CaptureStdout();
  char const* const arguments[] = {"--help"};
  EXPECT_EQ(parse_diagnose_options(arguments).error(), 0);
  std::istringstream help(::testing::internal::GetCapturedStdout());
  auto const text = document("diagnose.md");
  std::size_t options = 0;
  for (std::string line; std::getline(help, line);) {
    std::istringstream words(line);
    std::string word;
    if (!(words >> word) || !word.starts_with("--")) continue;
    ++options;
    EXPECT_TRUE(text.contains("| `" + word)) << word;
  }
  EXPECT_GE(options, 12U);
}

TEST(DiagnoseDocument, HasEverySeverityAndTheLimits) {
  auto const text = document("diagnose.md");
  for (std::size_t i = 0; i < model::kSeverityCount; ++i) {
    auto const name = model::name(static_cast<model::Severity>(i));
    EXPECT_TRUE(text.contains("| `" + std::string(name) + "` (")) << name;
  }
  constexpr auto kHoldSeconds = detect::Board::kHold / 1'000'000'000;
  EXPECT_TRUE(text.contains("not been found for " + std::to_string(kHoldSeconds) + " s"));
  EXPECT_TRUE(text.contains("More than " + std::to_string(detect::Board::kMost) + " findings"));
}

}  // namespace
}  // namespace lastack::app
