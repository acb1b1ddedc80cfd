#include "app/list_options.hh"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

namespace lastack::app {
namespace {

constexpr auto kListening =
    model::mask_of(model::SocketState::Listen) | model::mask_of(model::SocketState::Unconnected);

std::expected<ListOptions, int> parse(std::initializer_list<char const*> words) {
  std::vector<char const*> const arguments(words);
  return parse_list_options(arguments);
}

TEST(ListOptions, ShowEverythingByDefault) {
  auto const options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->only, filter::Pushdown{});
  EXPECT_EQ(options->format, Format::Table);
  EXPECT_TRUE(options->columns.empty());
  EXPECT_TRUE(options->header);
}

TEST(ListOptions, KnowSsFingers) {
  auto const options = parse({"-tulpn"});
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->only.tcp && options->only.udp);
  EXPECT_EQ(options->only.states, kListening);
  EXPECT_EQ(options->columns, "+fd");
  EXPECT_FALSE(options->resolve_hosts);

  auto const tcp6 = parse({"-t6H"});
  ASSERT_TRUE(tcp6);
  EXPECT_FALSE(tcp6->only.udp);
  EXPECT_FALSE(tcp6->only.inet);
  EXPECT_FALSE(tcp6->header);

  auto const all_letters = parse({"-altu46nrpemisHO", "-o", "-N", "blue"});
  ASSERT_TRUE(all_letters);
  EXPECT_TRUE(all_letters->resolve_hosts);
  EXPECT_TRUE(all_letters->summary);
  EXPECT_EQ(all_letters->netns, "blue");
}

TEST(ListOptions, LetTheLastOfAllAndListeningCount) {
  EXPECT_EQ(parse({"-la"})->only.states, model::kAllSocketStates);
  EXPECT_EQ(parse({"-al"})->only.states, kListening);
}

TEST(ListOptions, AddColumnsToThoseThatWereChosen) {
  EXPECT_EQ(parse({"--columns", "pid,local", "-o"})->columns, "pid,local,+timer");
}

TEST(ListOptions, TakeTheOtherWordsForTheFilter) {
  auto const options = parse(
      {"-t", "state", "established", "dport", "=", ":443", "and", "not", "dst", "10/8", "-n"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->filter, "state established dport = :443 and not dst 10/8");
}

TEST(ListOptions, RefuseWrongUsage) {
  for (auto const& words : {std::initializer_list<char const*>{"--colour"},
                            {"--color=sometimes"},
                            {"--json", "--csv"},
                            {"-s", "--csv"},
                            {"-s", "--columns", "pid"},
                            {"--columns"},
                            {"--resolve-limit", "soon"},
                            {"--resolve-limit", "-1"},
                            {"-Z"}}) {
    testing::internal::CaptureStderr();
    auto const options = parse(words);
    auto const said = testing::internal::GetCapturedStderr();
    ASSERT_FALSE(options) << *words.begin();
    EXPECT_EQ(options.error(), 2);
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  }
}

TEST(ListOptions, HelpIsNoError) {
  testing::internal::CaptureStdout();
  auto const options = parse({"--help"});
  auto const said = testing::internal::GetCapturedStdout();
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error(), 0);
  for (auto const* part : {"FILTER", "--color", "--net", "--listening", "exit status"}) {
    EXPECT_NE(said.find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace lastack::app
