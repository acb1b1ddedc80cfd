// docs/watch.md is written by hand; what it lists is held against the program here.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "app/watch_options.hh"
#include "model/cause.hh"
#include "model/life.hh"
#include "unit/filter/support.hh"

namespace lastack::app {
namespace {

std::string document() {
  std::ifstream file(std::string(LASTACK_GOLDEN) + "/../../docs/watch.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string causes_as_markdown() {
  std::string table = "| in JSON | on a line | kind | meaning |\n|---|---|---|---|\n";
  for (std::size_t i = 0; i < model::kCauseCount; ++i) {
    auto const& cause = model::describe(static_cast<model::Cause>(i));
    table.append("| `").append(cause.id).append("` | ").append(cause.text);
    table.append(" | ").append(model::name(cause.kind));
    table.append(" | ").append(cause.meaning).append(" |\n");
  }
  return table;
}

TEST(WatchDocument, HasTheTableOfCauses) {
  EXPECT_TRUE(document().contains(causes_as_markdown())) << "docs/watch.md must hold:\n"
                                                         << causes_as_markdown();
}

TEST(WatchDocument, HasEveryWayToKnowAnOwner) {
  auto const text = document();
  for (auto source = 0; source <= static_cast<int>(model::OwnerSource::Scanned); ++source) {
    auto const name = model::name(static_cast<model::OwnerSource>(source));
    EXPECT_TRUE(text.contains("| `" + std::string(name) + "` |")) << name;
  }
}

TEST(WatchDocument, HasEveryOption) {
  ::testing::internal::CaptureStdout();
  char const* const arguments[] = {"--help"};
  EXPECT_EQ(parse_watch_options(arguments).error(), 0);
  std::istringstream help(::testing::internal::GetCapturedStdout());
  auto const text = document();
  std::size_t options = 0;
  for (std::string word; help >> word;) {
    if (!word.starts_with("--")) continue;
    ++options;
    EXPECT_TRUE(text.contains("| `" + word)) << word;
  }
  EXPECT_GE(options, 9U);
}

// Code blocks marked `filter watch` hold one filter a line, then # and words.
TEST(WatchDocument, HasFiltersThatParse) {
  std::istringstream lines(document());
  std::size_t examples = 0;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      inside = line == "```filter watch";
    } else if (inside) {
      auto const example = line.substr(0, line.find("  #"));
      EXPECT_EQ(filter::testing::error_of(example, filter::Scope::Transitions), "") << line;
      ++examples;
    }
  }
  EXPECT_GE(examples, 5U);
}

}  // namespace
}  // namespace lastack::app
