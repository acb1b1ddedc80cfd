#include "ui/lab/ladder_lanes.hh"

#include <gtest/gtest.h>

namespace lastack::ui {
namespace {

using tcp::State;

constexpr lab::FlowId kOne = 0;
constexpr lab::FlowId kOther = 1;

lab::StoryLine change(lab::FlowId flow, State from, State to) {
  return {.at = {}, .part = 0, .what = lab::StateLine{.flow = flow, .from = from, .to = to}};
}

TEST(LadderLanes, AFreeLaneIsTakenAgain) {
  lab::Story const story{.lines = {change(kOne, State::Closed, State::SynSent),
                                   change(kOther, State::Closed, State::SynSent),
                                   change(kOne, State::SynSent, State::Closed),
                                   change(kOther, State::SynSent, State::Established),
                                   change(kOne, State::Closed, State::SynSent)},
                         .flows = {}};
  auto const lanes = ladder_lanes(story, 1);
  EXPECT_EQ(lanes.of_line, (std::vector<std::size_t>{0, 1, 0, 1, 0}));
  EXPECT_EQ(lanes.per_part, (std::vector<std::size_t>{2}));
}

TEST(LadderLanes, TheListenersOfAHostAreOneBar) {
  lab::Story const story{.lines = {change(lab::kNoFlow, State::Closed, State::Listen),
                                   change(lab::kNoFlow, State::Closed, State::Listen),
                                   change(lab::kNoFlow, State::Listen, State::Closed),
                                   change(kOne, State::Listen, State::SynReceived),
                                   change(lab::kNoFlow, State::Listen, State::Closed)},
                         .flows = {}};
  auto const lanes = ladder_lanes(story, 1);
  EXPECT_EQ(lanes.goes_on, (std::vector<bool>{false, true, true, false, false}));
  EXPECT_EQ(lanes.of_line[3], 1U);
}

TEST(LadderLanes, BackToTheListenerIsTheEndOfAConnection) {
  EXPECT_TRUE(ends_life({.flow = kOne, .from = State::SynReceived, .to = State::Listen}));
  EXPECT_FALSE(ends_life({.flow = lab::kNoFlow, .from = State::Closed, .to = State::Listen}));
  EXPECT_TRUE(ends_life({.flow = lab::kNoFlow, .from = State::Listen, .to = State::Closed}));
}

}  // namespace
}  // namespace lastack::ui
