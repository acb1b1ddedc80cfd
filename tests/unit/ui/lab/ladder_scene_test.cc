#include "ui/lab/ladder_scene.hh"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/lab_story.hh"

namespace lastack::ui {
namespace {

constexpr int kTop = 100;

LadderScene scene_of(test::LabStory const& played) {
  return ladder_scene(played.scenario, played.story, base::Language::English, kTop);
}

TEST(LadderScene, RowsNeverStandInEachOther) {
  for (auto const& played : {test::played("three-way-handshake"), test::lost_and_forged()}) {
    auto const scene = scene_of(played);
    for (std::size_t i = 1; i < scene.lines.size(); ++i) {
      EXPECT_GE(scene.lines[i].y - scene.lines[i - 1].y, 14) << scene.lines[i].text;
    }
    for (auto const& line : scene.lines) {
      EXPECT_GT(line.y, scene.top);
      EXPECT_LT(line.y, scene.bottom);
    }
  }
}

TEST(LadderScene, WhatArrivesIsLaterThanWhatIsSent) {
  auto const scene = scene_of(test::played("three-way-handshake"));
  ASSERT_EQ(scene.arrows.size(), 3U);
  int last = kTop;
  for (auto const& arrow : scene.arrows) {
    EXPECT_GT(arrow.y1, last);
    EXPECT_GE(arrow.y2, arrow.y1 + 14);
    EXPECT_EQ(arrow.tip, Tip::Head);
    last = arrow.y2;
  }
}

TEST(LadderScene, WhatIsLostDoesNotReachTheOtherRail) {
  auto const scene = scene_of(test::lost_and_forged());
  auto const& lost = scene.arrows.front();
  EXPECT_EQ(lost.tip, Tip::Cross);
  EXPECT_LT(lost.x2, scene.rails.back().left - 50);
  EXPECT_EQ(std::ranges::count(scene.arrows, true, &SceneArrow::forged), 1);
}

TEST(LadderScene, ALongWaitIsAMark) {
  auto const scene = scene_of(test::lost_and_forged());
  ASSERT_EQ(scene.pauses.size(), 1U);
  EXPECT_EQ(scene.pauses.front().text, "+1s");
  EXPECT_LT(scene.bottom - scene.top, 1000);
}

TEST(LadderScene, ALifeIsBarsOnEndToEnd) {
  auto const scene = scene_of(test::played("three-way-handshake"));
  // LISTEN; SYN_SENT, ESTABLISHED; SYN_RECEIVED, ESTABLISHED beside LISTEN.
  ASSERT_EQ(scene.bars.size(), 5U);
  for (auto const& bar : scene.bars) EXPECT_LT(bar.top, bar.bottom);
  auto const sent = std::ranges::find(scene.bars, tcp::State::SynSent, &SceneBar::state);
  auto const next = std::ranges::find_if(
      scene.bars, [&](SceneBar const& bar) { return bar.x == sent->x && bar.top == sent->bottom; });
  ASSERT_NE(next, scene.bars.end());
  EXPECT_EQ(next->state, tcp::State::Established);
  auto const listens = std::ranges::find(scene.bars, tcp::State::Listen, &SceneBar::state);
  auto const asked = std::ranges::find(scene.bars, tcp::State::SynReceived, &SceneBar::state);
  EXPECT_GE(asked->x - listens->x, kSceneBar);
}

}  // namespace
}  // namespace lastack::ui
