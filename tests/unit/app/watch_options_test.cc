#include "app/watch_options.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

namespace lastack::app {
namespace {

using std::chrono::milliseconds;

std::expected<WatchOptions, int> parse(std::initializer_list<char const*> words) {
  std::vector<char const*> const arguments(words);
  return parse_watch_options(arguments);
}

TEST(WatchOptions, ShowEveryTransitionByDefault) {
  auto const options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->view, WatchView::Transitions);
  EXPECT_FALSE(options->json);
  EXPECT_FALSE(options->poll);
  EXPECT_FALSE(options->duration);
  EXPECT_FALSE(options->count);
  EXPECT_EQ(options->interval, milliseconds(250));
  EXPECT_EQ(options->ring_bytes, 33554432U);
  EXPECT_EQ(options->color, Color::Auto);
  EXPECT_EQ(options->filter, "");
}

TEST(WatchOptions, AreTakenAtTheirWord) {
  auto const options = parse({"--lives", "--json", "--for", "1.5s", "--count=3", "--color", "never",
                              "--poll", "--interval", "2s"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->view, WatchView::Lives);
  EXPECT_TRUE(options->json);
  EXPECT_TRUE(options->poll);
  EXPECT_EQ(options->duration, milliseconds(1500));
  EXPECT_EQ(options->count, 3U);
  EXPECT_EQ(options->color, Color::Never);
  EXPECT_EQ(options->interval, milliseconds(2000));
  EXPECT_EQ(parse({"--ring-size", "4096"})->ring_bytes, 4096U);
  EXPECT_EQ(parse({"--tally"})->view, WatchView::Tally);
}

TEST(WatchOptions, TheLastOfARepeatedOneCounts) {
  EXPECT_EQ(parse({"--count", "3", "--count", "5"})->count, 5U);
  EXPECT_EQ(parse({"--for", "3s", "--for", "5s"})->duration, milliseconds(5000));
}

TEST(WatchOptions, TakeTheOtherWordsForTheFilter) {
  auto const options = parse({"--json", "from", "syn-sent", "and", "to", "closed", "--for", "1s"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->filter, "from syn-sent and to closed");
  EXPECT_EQ(parse({"dport = :443 and process ~ ^nginx"})->filter,
            "dport = :443 and process ~ ^nginx");
}

// What is wrong, and what would be right, in one line.
TEST(WatchOptions, RefuseWrongUsageAndSayWhatIsRight) {
  struct Case {
    std::vector<char const*> words;
    char const* said;
  };
  for (auto const& [words, expected] :
       {Case{{"--for", "soon"}, "'soon' is no time such as 10s, 500ms, 2m or 1h"},
        Case{{"--for", "-1s"}, "10s, 500ms, 2m or 1h"},
        Case{{"--for="}, "--for"},
        Case{{"--for"}, "--for"},
        Case{{"--interval", "often"}, "10s, 500ms, 2m or 1h"},
        Case{{"--poll", "--interval", "9ms"}, "10ms"},
        Case{{"--count", "0"}, "'0' is no number of lines from 1"},
        Case{{"--count", "-3"}, "no number of lines from 1"},
        Case{{"--count", "many"}, "'many' is no number of lines from 1"},
        Case{{"--count", "99999999999999999999"}, "no number of lines from 1"},
        Case{{"--count", "3.5"}, "no number of lines from 1"},
        Case{{"--ring-size", "5000"}, "'5000' is no power of 2 from 4096 to 1073741824 (bytes)"},
        Case{{"--ring-size", "2048"}, "power of 2 from 4096"},
        Case{{"--ring-size", "2147483648"}, "to 1073741824"},
        Case{{"--ring-size", "32M"}, "power of 2"},
        Case{{"--color", "sometimes"}, "auto, always, never"},
        Case{{"--lives", "--tally"}, "--lives and --tally exclude each other"},
        Case{{"--tally", "--count", "3"}, "--tally has no lines for --count to count"},
        Case{{"--poll", "--ring-size", "4096"}, "--ring-size is of no use with --poll"},
        Case{{"--poll", "--interval", "9ms"}, "'9ms' is less than 10ms"},
        Case{{"--live"}, "did you mean --lives?"},
        Case{{"--jsn"}, "did you mean --json?"},
        Case{{"-x"}, "unknown option '-x'"},
        Case{{"--\x1b[31m"}, "unknown option"}}) {
    testing::internal::CaptureStderr();
    auto const options = parse_watch_options(words);
    auto const said = testing::internal::GetCapturedStderr();
    ASSERT_FALSE(options) << words.front();
    EXPECT_EQ(options.error(), 2) << words.front();
    EXPECT_NE(said.find(expected), std::string::npos) << said;
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
    EXPECT_TRUE(said.starts_with("lastack watch: ")) << said;
    EXPECT_EQ(said.find('\x1b'), std::string::npos);
  }
}

TEST(WatchOptions, AnEmptyTimeIsNone) {
  testing::internal::CaptureStderr();
  auto const options = parse({"--for", ""});
  auto const said = testing::internal::GetCapturedStderr();
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error(), 2);
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
}

TEST(WatchOptions, HelpIsNoError) {
  testing::internal::CaptureStdout();
  auto const options = parse({"--help"});
  auto const said = testing::internal::GetCapturedStdout();
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error(), 0);
  for (auto const* part : {"FILTER", "--lives", "--tally", "--json", "--for", "--count", "--poll",
                           "--interval", "--ring-size", "--color", "exit status", "Ctrl-C"}) {
    EXPECT_NE(said.find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace lastack::app
