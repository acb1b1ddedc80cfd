#include "app/kill_options.hh"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "app/command.hh"

namespace lastack::app {
namespace {

std::expected<KillOptions, int> parse(std::initializer_list<char const*> words) {
  std::vector<char const*> const arguments(words);
  return parse_kill_options(arguments);
}

TEST(KillOptions, SendTermAndAskByDefault) {
  auto const options = parse({"sport", "=", ":8080"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->filter, "sport = :8080");
  EXPECT_EQ(options->signal, SIGTERM);
  EXPECT_FALSE(options->signal_chosen);
  EXPECT_FALSE(options->kill_after);
  EXPECT_FALSE(options->yes || options->all || options->force || options->dry_run || options->json);
}

TEST(KillOptions, TakeASignalAndATime) {
  auto const options = parse({"-s", "hup", "--kill-after", "0.5", "pid 12"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->signal, SIGHUP);
  EXPECT_TRUE(options->signal_chosen);
  EXPECT_EQ(options->kill_after, std::chrono::milliseconds(500));
}

TEST(KillOptions, RefuseWhatMakesNoSense) {
  EXPECT_EQ(parse({}).error(), kExitUsage);
  EXPECT_EQ(parse({"--yes", " "}).error(), kExitUsage);
  EXPECT_EQ(parse({"--signal", "0", "pid 12"}).error(), kExitUsage);
  EXPECT_EQ(parse({"--signal", "TREM", "pid 12"}).error(), kExitUsage);
  EXPECT_EQ(parse({"--kill-after", "-1", "pid 12"}).error(), kExitUsage);
  EXPECT_EQ(parse({"-9", "pid 12"}).error(), kExitUsage);
}

}  // namespace
}  // namespace lastack::app
