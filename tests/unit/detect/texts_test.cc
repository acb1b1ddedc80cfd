// What detectors say of themselves: complete, in both languages, and of one form.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "base/phrase.hh"
#include "detect/config.hh"
#include "detect/registry.hh"

namespace lastack::detect {
namespace {

using base::Phrase;

bool consists_of(std::string_view text, std::string_view extra) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || extra.contains(c);
  });
}

bool is_name(std::string_view text, char between) {
  return consists_of(text, std::string_view(&between, 1)) && !text.starts_with(between) &&
         !text.ends_with(between) && text[0] >= 'a' && text[0] <= 'z';
}

bool has_chinese(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0xe3; });
}

// English is ASCII, or few terminals could show it.
bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

void expect_good(Phrase const& phrase, std::string_view where) {
  EXPECT_TRUE(phrase.complete()) << where;
  EXPECT_TRUE(is_ascii(phrase.en)) << where << ": " << phrase.en;
  EXPECT_TRUE(has_chinese(phrase.zh)) << where << ": " << phrase.zh;
  for (auto const language : base::kLanguages) {
    auto const text = phrase.in(language);
    EXPECT_FALSE(text.contains("  ")) << where << ": " << text;
    EXPECT_FALSE(text.starts_with(' ') || text.ends_with(' ')) << where << ": " << text;
    EXPECT_FALSE(text.contains('{')) << where << ": nothing fills it: " << text;
  }
}

// A clause, which faces put into sentences of theirs.
void expect_clause(Phrase const& phrase, std::string_view where) {
  expect_good(phrase, where);
  EXPECT_FALSE(phrase.en.ends_with('.')) << where << ": " << phrase.en;
  EXPECT_FALSE(phrase.zh.ends_with("。")) << where << ": " << phrase.zh;
}

void expect_sentences(Phrase const& phrase, std::string_view where) {
  expect_good(phrase, where);
  EXPECT_TRUE(phrase.en.ends_with('.') || phrase.en.ends_with('?')) << where << ": " << phrase.en;
  EXPECT_TRUE(phrase.zh.ends_with("。") || phrase.zh.ends_with("？")) << where << ": " << phrase.zh;
}

TEST(DetectorTexts, AreCompleteInBothLanguages) {
  for (auto const* each : detectors()) {
    auto const id = std::string(each->id);
    expect_clause(each->title, id + " title");
    expect_clause(each->looks_at, id + " looks_at");
    expect_sentences(each->matters, id + " matters");
    expect_clause(each->silent, id + " silent");
    EXPECT_FALSE(each->references.empty()) << id;
    for (auto const reference : each->references) EXPECT_TRUE(is_ascii(reference)) << reference;
    EXPECT_NE(each->look, nullptr) << id;
  }
}

TEST(DetectorTexts, HaveTitlesOfOneLine) {
  constexpr std::size_t kLongest = 110;
  for (auto const* each : detectors()) EXPECT_LE(each->title.en.size(), kLongest) << each->id;
}

TEST(DetectorTexts, HaveIdsThatCanBeTyped) {
  std::set<std::string_view> ids;
  for (auto const* each : detectors()) {
    EXPECT_TRUE(is_name(each->id, '-')) << each->id;
    EXPECT_TRUE(ids.insert(each->id).second) << each->id;
    EXPECT_EQ(find_detector(each->id), each);
  }
}

TEST(DetectorTexts, HaveThresholdsWithinTheirLimits) {
  for (auto const* each : detectors()) {
    std::set<std::string_view> names{"enabled"};  // which the settings file has for all
    for (auto const& threshold : each->thresholds) {
      auto const where = std::string(each->id) + " " + std::string(threshold.name);
      EXPECT_TRUE(is_name(threshold.name, '_')) << where;
      EXPECT_TRUE(names.insert(threshold.name).second) << where;
      EXPECT_LE(threshold.least, threshold.usual) << where;
      EXPECT_LE(threshold.usual, threshold.most) << where;
      EXPECT_LT(threshold.least, threshold.most) << where;
      EXPECT_TRUE(is_ascii(threshold.unit)) << where;
      expect_clause(threshold.meaning, where);
    }
  }
}

}  // namespace
}  // namespace lastack::detect
