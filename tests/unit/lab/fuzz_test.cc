#include "lab/fuzz.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/play/player.hh"
#include "lab/scenario/parser.hh"
#include "lab/simulated_subject.hh"

namespace lastack::lab {
namespace {

constexpr std::uint32_t kAddress = 0x0ac80001;
constexpr std::size_t kLives = 1200;

std::vector<Life> lives(std::uint64_t first, std::size_t count) {
  std::vector<Life> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(random_life(first + i));
  return all;
}

bool same(Life const& one, Life const& other) {
  return one.active == other.active &&
         std::ranges::equal(one.steps, other.steps, [](LifeStep const& a, LifeStep const& b) {
           return text_of(a) == text_of(b);
         });
}

TEST(Fuzz, ANumberIsALife) {
  for (std::uint64_t number = 1; number < 200; ++number) {
    EXPECT_TRUE(same(random_life(number), random_life(number)));
    EXPECT_GE(random_life(number).steps.size(), 2U);
  }
  EXPECT_FALSE(same(random_life(1), random_life(2)));
}

TEST(Fuzz, WritesSteps) {
  EXPECT_EQ(text_of({.flags = tcp::kFin | tcp::kAck,
                     .seq = -1,
                     .ack_of = AckOf::Unacknowledged,
                     .ack = 2,
                     .octets = 10}),
            "peer: FA seq-1 ack=una+2 len=10");
  EXPECT_EQ(text_of({.flags = tcp::kSyn}), "peer: S seq+0");
  EXPECT_EQ(text_of({.move = Move::Send, .octets = 7}), "send(7)");
  EXPECT_EQ(text_of({.move = Move::CloseListener}), "close() of the listener");
}

TEST(Fuzz, TellsWhatTheHostDoes) {
  Life life;
  life.steps = {{.flags = tcp::kSyn},
                {.flags = tcp::kAck, .ack_of = AckOf::Next},
                {.move = Move::Accept},
                {.move = Move::Close},
                {.flags = tcp::kRst}};
  SimulatedSubject subject(kAddress, settings_of(tcp::kLinux));
  auto const told = play(subject, std::span(&life, 1), 5000);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], testing::ElementsAre("peer: S seq+0 => [SA seq=0 ack=1] SYN_RECEIVED",
                                            "peer: A seq+0 ack=nxt+0 => ESTABLISHED",
                                            "accept() => ok ESTABLISHED",
                                            "close() => ok 0 [FA seq=1 ack=1] FIN_WAIT_1",
                                            "peer: R seq+0 => CLOSED"));
}

// Whatever comes, in whatever order: no step is undefined, and the same gives the same.
TEST(Fuzz, EveryReadingGetsThroughEveryLifeTheSameWayTwice) {
  for (auto const* reading : tcp::kReadings) {
    for (std::size_t done = 0; done < kLives; done += kMostAtOnce) {
      auto const some = lives(1 + done, std::min(kMostAtOnce, kLives - done));
      SimulatedSubject one(kAddress, settings_of(*reading), 7);
      SimulatedSubject other(kAddress, settings_of(*reading), 7);
      auto const told = play(one, some, 2000);
      EXPECT_EQ(told, play(other, some, 2000)) << reading->name;
      for (std::size_t i = 0; i < some.size(); ++i) EXPECT_EQ(told[i].size(), some[i].steps.size());
    }
  }
}

TEST(Fuzz, ShortensToWhatMatters) {
  Life life = random_life(3);
  life.steps.insert(life.steps.begin() + 1, {.move = Move::Abort});
  life.steps.push_back({.move = Move::ShutRead});
  auto const has = [](Life const& each, Move move) {
    return std::ranges::find(each.steps, move, &LifeStep::move) != each.steps.end();
  };
  auto const shorter = shrink(
      life, [&](Life const& each) { return has(each, Move::Abort) && has(each, Move::ShutRead); });
  EXPECT_EQ(shorter.steps.size(), 2U);
}

// What a life is written down as, played as a scenario, comes as it is written.
TEST(Fuzz, ALifeIsAScenario) {
  SimulatedSubject subject(kAddress, settings_of(tcp::kLinux));
  for (std::uint64_t number = 1; number <= 300; ++number) {
    auto const life = random_life(number);
    auto const port = static_cast<std::uint16_t>(2000 + number);
    auto const text = scenario_of(subject, life, port, "A life");
    auto const scenario = parse_scenario("life", text);
    ASSERT_TRUE(scenario) << scenario.error().message << '\n' << text;
    Stage stage(*scenario, {.wire = scenario->wire});
    Player player(*scenario, stage);
    auto const disappointment = player.play(true);
    EXPECT_FALSE(disappointment) << disappointment->line << ": " << disappointment->what << '\n'
                                 << text;
  }
}

}  // namespace
}  // namespace lastack::lab
