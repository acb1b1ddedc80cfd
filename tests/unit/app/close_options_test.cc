#include "app/close_options.hh"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "app/close_choice.hh"
#include "app/command.hh"
#include "support/sample_snapshot.hh"

namespace lastack::app {
namespace {

std::expected<CloseOptions, int> parse(std::initializer_list<char const*> words) {
  std::vector<char const*> const arguments(words);
  return parse_close_options(arguments);
}

TEST(CloseOptions, AreCarefulByDefault) {
  auto const options = parse({"state", "established"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->filter, "state established");
  EXPECT_FALSE(options->yes || options->all || options->listeners || options->force ||
               options->dry_run || options->json);
}

TEST(CloseOptions, RefuseAnEmptyFilterAndWhatTheyDoNotKnow) {
  EXPECT_EQ(parse({}).error(), kExitUsage);
  EXPECT_EQ(parse({""}).error(), kExitUsage);
  EXPECT_EQ(parse({" ", "\t"}).error(), kExitUsage);
  EXPECT_EQ(parse({"--yes", "--all"}).error(), kExitUsage);
  EXPECT_EQ(parse({"--dry", "pid 1"}).error(), kExitUsage);
  EXPECT_EQ(parse({"--listener", "pid 1"}).error(), kExitUsage);
}

bool never(model::Endpoint const& /*endpoint*/) { return false; }

TEST(CloseChoice, LeavesListenersAloneUnlessAskedFor) {
  auto const snapshot = test::sample_snapshot();
  CloseOptions options;
  auto const connections = choose_to_close(snapshot, options, never);
  for (auto const row : connections.rows) {
    EXPECT_NE(snapshot.endpoints[row].state, model::SocketState::Listen);
    EXPECT_NE(snapshot.endpoints[row].state, model::SocketState::Unconnected);
  }
  EXPECT_EQ(connections.listeners, 0U);
  ASSERT_EQ(connections.spared.size(), 1U);
  EXPECT_NE(connections.spared.front().find("--listeners"), std::string::npos);

  options.listeners = true;
  auto const everything = choose_to_close(snapshot, options, never);
  EXPECT_EQ(everything.rows.size(), snapshot.endpoints.size());
  EXPECT_GT(everything.listeners, 0U);
  EXPECT_TRUE(everything.spared.empty());
  EXPECT_NE(closing_question(snapshot, everything).find("listeners among them"), std::string::npos);
}

TEST(CloseChoice, LeavesItsOwnSessionAloneUnlessForced) {
  auto const snapshot = test::sample_snapshot();
  auto const is_login = [](model::Endpoint const& endpoint) {
    return endpoint.flow.remote_port == 51514;
  };
  CloseOptions options;
  options.listeners = true;
  auto const spared = choose_to_close(snapshot, options, is_login);
  EXPECT_EQ(spared.rows.size(), snapshot.endpoints.size() - 1);
  ASSERT_EQ(spared.spared.size(), 1U);
  EXPECT_NE(spared.spared.front().find("192.168.1.77:51514"), std::string::npos);
  options.force = true;
  EXPECT_EQ(choose_to_close(snapshot, options, is_login).rows.size(), snapshot.endpoints.size());
}

TEST(CloseChoice, AsksAboutOneSocketByName) {
  auto const snapshot = test::sample_snapshot();
  for (std::uint32_t i = 0; i < snapshot.endpoints.size(); ++i) {
    auto const text = closing_question(snapshot, {.rows = {i}, .listeners = 0, .spared = {}});
    EXPECT_TRUE(text.starts_with("Close tcp ") || text.starts_with("Close udp ")) << text;
    EXPECT_TRUE(text.ends_with("? [y/N] ")) << text;
    for (char const c : text) EXPECT_GE(static_cast<unsigned char>(c), 0x20U) << text;
  }
}

}  // namespace
}  // namespace lastack::app
