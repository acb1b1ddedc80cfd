#include "ui/stream/tally.hh"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.hh"
#include "support/golden.hh"

namespace lastack::ui {
namespace {

using enum model::SocketState;

void add(EdgeTally& tally, model::SocketState from, model::SocketState to, std::uint64_t times,
         bool inferred = false) {
  for (std::uint64_t i = 0; i < times; ++i) {
    model::Transition transition;
    transition.from = from;
    transition.to = to;
    transition.inferred = inferred;
    tally.add(transition);
  }
}

EdgeTally sample() {
  EdgeTally tally;
  add(tally, Closed, SynSent, 120'000);
  add(tally, SynSent, Established, 99'999);
  add(tally, Established, FinWait1, 7);
  add(tally, FinWait2, TimeWait, 3, true);
  add(tally, FinWait2, TimeWait, 2);
  add(tally, TimeWait, Closed, 1);
  add(tally, LastAck, Established, 1);  // no rule allows it: it is shown all the same
  return tally;
}

std::string matrix(EdgeTally const& tally, std::size_t width) {
  std::string out;
  auto const lines = append_tally(out, tally, {.width = width});
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(out, '\n')), lines);
  return out;
}

std::size_t widest(std::string const& text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto const end = text.find('\n', at);
    width = std::max(width, base::display_width(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
  return width;
}

TEST(Tally, IsPlainAsciiWhereTheTerminalIs) {
  std::string out;
  append_tally(out, sample(), {.width = 80, .unicode = false});
  EXPECT_TRUE(std::ranges::all_of(out, [](char c) { return c >= 0; })) << out;
  EXPECT_NE(out.find(" ."), std::string::npos);
}

TEST(TallyMatrix, Wide) { test::expect_golden("watch_tally_wide.txt", matrix(sample(), 200)); }

TEST(TallyMatrix, Narrow) { test::expect_golden("watch_tally_narrow.txt", matrix(sample(), 80)); }

TEST(TallyMatrix, FitsIntoTheTerminal) {
  EXPECT_LE(widest(matrix(sample(), 80)), 80U);
  EXPECT_LE(widest(matrix(sample(), 155)), 155U);
  EXPECT_GE(widest(matrix(sample(), 156)), 100U) << "there is room for whole names";
}

TEST(TallyMatrix, NarrowCountsTakeFiveCharacters) {
  struct Case {
    std::uint64_t count;
    char const* shown;
  };
  EdgeTally tally;
  std::uint64_t so_far = 0;
  for (auto const& [count, shown] :
       {Case{99'999, "99999"}, Case{100'000, "100k"}, Case{1'000'000, "1000k"},
        Case{9'999'999, "9999k"}, Case{10'000'000, "10M"}}) {
    add(tally, Closed, Listen, count - std::exchange(so_far, count));
    auto const text = matrix(tally, 80);
    EXPECT_NE(text.find(std::string(" ") + shown), std::string::npos) << count << "\n" << text;
    EXPECT_LE(widest(text), 80U);
  }
}

TEST(TallyMatrix, CountsWhatIsInferredApart) {
  auto const tally = sample();
  EXPECT_EQ(tally.count(tcp::State::FinWait2, tcp::State::TimeWait).all, 5U);
  EXPECT_EQ(tally.count(tcp::State::FinWait2, tcp::State::TimeWait).inferred, 3U);
  EXPECT_EQ(tally.count(tcp::State::TimeWait, tcp::State::FinWait2).all, 0U);
}

TEST(TallyJson, NamesTheEdgesThatWereSeen) {
  std::string out;
  model::Snapshot const book;
  StreamClock clock;
  clock.set_offset(1'763'937'509'000'000'000);
  StreamJson json(out, book, clock);
  write_tally(json, sample(), 0);
  test::expect_golden("watch_tally.jsonl", out);
  rapidjson::Document object;
  object.Parse(out.c_str());
  ASSERT_FALSE(object.HasParseError());
  EXPECT_EQ(object["edges"].Size(), 6U);
}

}  // namespace
}  // namespace lastack::ui
