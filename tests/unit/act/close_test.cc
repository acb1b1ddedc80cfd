#include "act/close.hh"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "support/sample_snapshot.hh"

namespace lastack::act {
namespace {

using model::SocketState;

TEST(Close, TellsListenersFromConnections) {
  for (std::size_t i = 0; i < model::kSocketStateCount; ++i) {
    auto const state = static_cast<SocketState>(i);
    EXPECT_EQ(is_listener(state), state == SocketState::Listen || state == SocketState::Unconnected)
        << model::name(state);
  }
}

TEST(Close, NamesEveryResultInBothLanguages) {
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < kCloseResultCount; ++i) {
    auto const result = static_cast<CloseResult>(i);
    EXPECT_TRUE(ids.insert(id(result)).second);
    EXPECT_TRUE(phrase(result).complete()) << id(result);
    CloseOutcome const outcome{.result = result, .needs = {}, .why = {}, .was = {}};
    EXPECT_EQ(outcome.done(), result == CloseResult::Closed || result == CloseResult::AlreadyGone);
  }
}

TEST(Close, TakesTheTargetFromTheSnapshot) {
  auto const snapshot = test::sample_snapshot();
  for (auto const& endpoint : snapshot.endpoints) {
    auto const target = target_of(snapshot, endpoint);
    EXPECT_EQ(target.key.cookie, endpoint.cookie);
    EXPECT_EQ(target.key.flow, endpoint.flow);
    EXPECT_EQ(target.state, endpoint.state);
    EXPECT_EQ(target.netns_inode, snapshot.netns_of(endpoint)->inode);
    EXPECT_EQ(target.holder.has_value(), endpoint.owner_count > 0);
    if (target.holder) {
      auto const& owner = snapshot.owners_of(endpoint).front();
      EXPECT_EQ(target.holder->pid, snapshot.process_of(owner).pid);
      EXPECT_EQ(target.holder->fd, owner.fd);
    }
  }
}

TEST(Close, KnowsWhichKernelsKeepOrphans) {
  for (auto const* release : {"6.12.0", "6.12", "6.18.44-fc", "7.0.0-rc1", "10.1"}) {
    EXPECT_TRUE(closes_orphans(release)) << release;
  }
  for (auto const* release : {"6.11.9", "6.1.0-18-amd64", "5.15.0", "6.2", "", "6", "x.y"}) {
    EXPECT_FALSE(closes_orphans(release)) << release;
  }
}

TEST(Close, KnowsNoWayToCloseWhatIsOnlyBound) {
  auto const outcomes = close(std::array{
      CloseTarget{.key = {}, .netns_inode = 0, .state = SocketState::BoundInactive, .holder = {}}});
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes.front().result, CloseResult::NotSupported);
  EXPECT_FALSE(outcomes.front().why.empty());
}

}  // namespace
}  // namespace lastack::act
