#include "lab/play/player.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "lab/play/agreement.hh"
#include "lab/scenario/parser.hh"

namespace lastack::lab {
namespace {

constexpr auto kHead =
    "title T\n"
    "host client\n"
    "host server\n"
    "puppet peer\n";
constexpr auto kConnected =
    "server listen L 80\n"
    "client connect c server:80\n"
    "server accept L s\n";

struct Played {
  Story story;
  std::optional<Disappointment> disappointment;

  [[nodiscard]] std::string what() const { return disappointment ? disappointment->what : "none"; }
  [[nodiscard]] std::ptrdiff_t segments(tcp::Flags flags) const {
    return std::ranges::count_if(story.lines, [&](StoryLine const& line) {
      auto const* segment = std::get_if<SegmentLine>(&line.what);
      return segment != nullptr && segment->packet.segment.flags == flags;
    });
  }
};

Played play(std::string const& steps, bool strict = true, StageTraits traits = {}) {
  auto const scenario = parse_scenario("f", kHead + steps);
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().message);
  if (!scenario) return {};
  Stage stage(*scenario, traits);
  Player player(*scenario, stage);
  auto disappointment = player.play(strict);
  return {stage.take_story(), std::move(disappointment)};
}

TEST(Player, WaitsUntilWhatIsExpectedComes) {
  auto const played = play(std::string(kConnected) +
                           "expect client > server SYN seq=0\n"
                           "expect server > client SYN+ACK seq=0 ack=1\n"
                           "expect client.c ESTABLISHED\n"
                           "client send c 100\n"
                           "server recv s 100\n"
                           "expect client > server ACK seq=1 ack=1 len=100\n");
  EXPECT_EQ(played.what(), "none");
}

TEST(Player, TellsWhatDidNotCome) {
  auto const head = std::string(kConnected);
  EXPECT_EQ(play(head + "expect client.c TIME_WAIT").what(),
            "expected client.c in TIME_WAIT, it is in ESTABLISHED");
  EXPECT_EQ(play(head + "expect client > server RST").what(),
            "expected client > server RST, none came");
  EXPECT_EQ(play(head + "client send c 1 = EPIPE").what(), "expected send(c, 1) = EPIPE, it is 1");
  EXPECT_EQ(play(head + "client recv c").what(), "recv(c) came to EAGAIN");
  EXPECT_EQ(play(head + "client send c 10\nserver recv s 20").what(),
            "recv(s, 20) came to EAGAIN after 10 octets");
  EXPECT_EQ(play(head + "expect client.c error EPIPE").what(),
            "expected SO_ERROR of client.c to be EPIPE, it is ok");
  EXPECT_EQ(play(head + "client close c\n+100ms expect silence 1s").what(), "none");
  EXPECT_EQ(play(head + "cut client > server\nclient send c 1\nexpect silence 1s").what(),
            "expected silence, client sent ACK");
}

TEST(Player, MindsTheTime) {
  std::string const syn =
      "cut client > server\n"
      "client connect c server:80\n"
      "expect client > server SYN\n";
  EXPECT_EQ(play(syn + "+1s expect client > server SYN").what(), "none");
  EXPECT_EQ(play(syn + "@1s expect client > server SYN").what(), "none");
  EXPECT_EQ(play(syn + "+2s expect client > server SYN").what(),
            "expected client > server SYN 2s later, it came 1s later");
  EXPECT_EQ(play(syn + "+500ms expect client > server SYN").what(),
            "expected client > server SYN 500ms later, none came");
}

TEST(Player, AnExpectationAfterAForgedSegmentIsOfItsAnswer) {
  std::string const head =
      "server listen L 80\n"
      "forge peer:1000 > server:80 SYN seq=0\n";
  EXPECT_EQ(play(head + "expect server > peer SYN+ACK seq=0 ack=1").what(), "none");
  // The answer to the first is not the answer to the second.
  EXPECT_EQ(play(head + "+100ms forge peer:1000 > server:80 RST seq=1\n"
                        "expect server > peer SYN+ACK")
                .what(),
            "expected server > peer SYN+ACK, none came");
}

TEST(Player, FatesOfSegments) {
  auto const twice = play(std::string(kConnected) +
                          "duplicate client > server ACK len=5\n"
                          "client send c 5\n"
                          "server recv s 5\n"
                          "expect server > client ACK ack=6\n"
                          "expect server > client ACK ack=6\n");
  EXPECT_EQ(twice.what(), "none");
  auto const late = play(std::string(kConnected) +
                         "+100ms delay 50ms client > server ACK len=5\n"
                         "client send c 5\n"
                         "@190ms server recv s = 5\n");
  EXPECT_EQ(late.what(), "none");
  auto const lost = play(
      "lose client > server SYN x2\n"
      "server listen L 80\n"
      "client connect c server:80\n"
      "@2.02s expect client.c ESTABLISHED\n");
  EXPECT_EQ(lost.what(), "none");
  EXPECT_EQ(lost.segments(tcp::kSyn), 3);
}

TEST(Player, LingeringCloseComesBackWhenThePeerHasEverything) {
  auto const head = std::string(
      "server listen L 80\n"
      "client socket c SO_LINGER=5s\n"
      "client connect c server:80\n"
      "server accept L s\n");
  auto const played = play(head + "+1s client close c\nexpect client.c FIN_WAIT_2\n");
  EXPECT_EQ(played.what(), "none");
  EXPECT_LT(played.story.lines.back().at.us, 2'000'000);
  auto const deaf = play(head + "cut client > server\n+1s client close c\nclient socket other\n");
  EXPECT_GE(deaf.story.lines.back().at.us, 6'000'000);
}

TEST(Player, GoesOnWhereItsExpectationsWereMadeForAnotherReading) {
  auto const played = play(std::string(kConnected) +
                               "expect client.c TIME_WAIT\n"
                               "client send c 1\n",
                           false);
  EXPECT_EQ(played.what(), "none");
  EXPECT_EQ(played.segments(tcp::kAck | tcp::kPsh), 1);
}

// What the wire doubles by chance is told like what the scenario doubles.
TEST(Player, ChanceIsTold) {
  auto const played = play(kConnected, true, {.wire = {.duplication = 1.0}});
  EXPECT_EQ(played.what(), "none");
  for (auto const& line : played.story.lines) {
    if (auto const* segment = std::get_if<SegmentLine>(&line.what)) {
      EXPECT_EQ(segment->fate, Fate::Twice);
    }
  }
}

TEST(Player, AStoryHasAnEnd) {
  auto const played = play(
      "server listen L 80\n"
      "client socket c SO_KEEPALIVE TCP_KEEPIDLE=1s TCP_KEEPINTVL=1s\n"
      "client connect c server:80\n"
      "+100000min expect client.c ESTABLISHED\n",
      false);
  EXPECT_EQ(played.what(), "it is too long: 200000 lines have come");
  EXPECT_LT(played.story.lines.size(), Stage::kMostLines + 1000);
}

TEST(Player, CallsOfASocketThatNeverCame) {
  auto const played = play(
      "server listen L 80\n"
      "server accept L s\n"
      "server recv s\n"
      "server close s\n"
      "expect server.s CLOSED\n",
      false);
  EXPECT_EQ(played.what(), "none");
}

TEST(Player, TheSameSeedIsTheSameStory) {
  std::string steps = kConnected;
  for (int i = 0; i < 50; ++i) steps += "client send c 1000\n";
  steps += "server recv s 50000\n";
  StageTraits const traits{.wire = {.jitter = milliseconds(30), .loss = 0.2}, .seed = 7};
  auto const one = play(steps, false, traits);
  auto const same = play(steps, false, traits);
  EXPECT_EQ(disagreements(compare(one.story, same.story)), 0U);
  EXPECT_EQ(one.story.lines.size(), same.story.lines.size());
  auto other = traits;
  other.seed = 8;
  EXPECT_GT(disagreements(compare(one.story, play(steps, false, other).story)), 0U);
}

TEST(Agreement, FindsWhatIsOnOneSideOnly) {
  auto const one = play(std::string(kConnected) + "+1s client close c\n").story;
  auto const other = play(std::string(kConnected) + "+1s client abort c\n").story;
  auto const pairings = compare(one, other);
  EXPECT_GT(disagreements(pairings), 0U);
  // Every line of both is there once.
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count_if(
                pairings, [](Pairing const& each) { return each.one.has_value(); })),
            one.lines.size());
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count_if(
                pairings, [](Pairing const& each) { return each.other.has_value(); })),
            other.lines.size());
}

TEST(Agreement, SeesAnotherTime) {
  auto const one = play(std::string(kConnected) + "+1s client close c\n").story;
  auto const other = play(std::string(kConnected) + "+2s client close c\n").story;
  auto const pairings = compare(one, other);
  EXPECT_TRUE(std::ranges::any_of(pairings, &Pairing::late));
  EXPECT_TRUE(
      std::ranges::all_of(pairings, [](Pairing const& each) { return each.one && each.other; }));
}

}  // namespace
}  // namespace lastack::lab
