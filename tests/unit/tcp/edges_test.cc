#include "tcp/edges.hh"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <set>
#include <string>
#include <utility>

#include "support/golden.hh"

namespace lastack::tcp {
namespace {

// Those of RFC 9293 figure 5, arrow by arrow.
constexpr auto kFigure = std::to_array<std::pair<State, State>>({
    {Closed, Listen},           {Closed, SynSent},       {Listen, Closed},
    {Listen, SynReceived},      {Listen, SynSent},       {SynSent, Closed},
    {SynSent, SynReceived},     {SynSent, Established},  {SynReceived, Listen},
    {SynReceived, Established}, {SynReceived, FinWait1}, {Established, FinWait1},
    {Established, CloseWait},   {FinWait1, FinWait2},    {FinWait1, Closing},
    {FinWait2, TimeWait},       {Closing, TimeWait},     {CloseWait, LastAck},
    {LastAck, Closed},          {TimeWait, Closed},
});

TEST(Edges, HoldFigure5AndNothingElseInItsName) {
  std::set<std::pair<State, State>> const figure(kFigure.begin(), kFigure.end());
  std::set<std::pair<State, State>> drawn;
  for (auto const& edge : kEdges) {
    if (edge.kind == EdgeKind::Figure5) drawn.emplace(edge.from, edge.to);
  }
  EXPECT_EQ(drawn, figure);
}

TEST(Edges, AreEachThereOnceAndSayWhy) {
  std::set<std::pair<State, State>> seen;
  for (auto const& edge : kEdges) {
    EXPECT_NE(edge.from, edge.to);
    EXPECT_FALSE(edge.reasons().empty());
    EXPECT_TRUE(seen.emplace(edge.from, edge.to).second)
        << name(edge.from) << " -> " << name(edge.to);
    EXPECT_EQ(find_edge(edge.from, edge.to), &edge);
  }
  EXPECT_EQ(find_edge(LastAck, Established), nullptr);
}

TEST(Edges, LeadIntoEveryStateAndOut) {
  StateSet into;
  StateSet out;
  for (auto const& edge : kEdges) {
    out = out | edge.from;
    into = into | edge.to;
  }
  EXPECT_EQ(into, StateSet::all());
  EXPECT_EQ(out, StateSet::all());
}

// The way from a state to another, "" where there is none.
std::string way(State from, State to) {
  std::string text;
  auto at = from;
  for (std::size_t steps = 0; steps <= kStateCount; ++steps) {
    if (at == to) return text;
    auto const next = next_towards(at, to);
    if (!next) return "";
    EXPECT_NE(find_edge(at, *next), nullptr) << name(at) << " -> " << name(*next);
    text += fmt::format(" {}", name(*next));
    at = *next;
  }
  ADD_FAILURE() << name(from) << " never arrives at " << name(to);
  return "";
}

TEST(Ways, OfEveryStateToEveryOther) {
  std::string text;
  for (std::size_t from = 0; from < kStateCount; ++from) {
    for (std::size_t to = 0; to < kStateCount; ++to) {
      if (from == to) continue;
      auto const found = way(state_at(from), state_at(to));
      text += fmt::format("{:12} to {:12}:{}\n", name(state_at(from)), name(state_at(to)),
                          found.empty() ? " no way" : found);
    }
  }
  test::expect_golden("ways_between_states.txt", text);
}

TEST(Ways, ThereIsNoneToWhereOneIs) {
  for (std::size_t i = 0; i < kStateCount; ++i) {
    EXPECT_FALSE(next_towards(state_at(i), state_at(i)));
  }
}

TEST(Ways, AreTheUsualOnes) {
  EXPECT_EQ(way(SynSent, FinWait1), " ESTABLISHED FIN_WAIT_1") << "no simultaneous open";
  EXPECT_EQ(way(SynReceived, FinWait1), " ESTABLISHED FIN_WAIT_1");
  EXPECT_EQ(way(Established, TimeWait), " FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT")
      << "no simultaneous close, no segment that does two things";
  EXPECT_EQ(way(Established, Closing), " FIN_WAIT_1 CLOSING") << "unless it is said";
}

// A connection that is over does not go on as another one.
TEST(Ways, EndInClosedAndBeginThere) {
  for (std::size_t from = 0; from < kStateCount; ++from) {
    for (std::size_t to = 0; to < kStateCount; ++to) {
      auto const text = way(state_at(from), state_at(to));
      for (auto const over : {Closed, Listen, TimeWait}) {
        if (state_at(to) == over) continue;
        EXPECT_EQ(text.find(fmt::format(" {}", name(over))), std::string::npos)
            << name(state_at(from)) << ":" << text;
      }
    }
  }
  for (std::size_t from = 1; from < kStateCount; ++from) {
    EXPECT_EQ(way(state_at(from), Closed), " CLOSED") << "every state may end at once";
  }
}

}  // namespace
}  // namespace lastack::tcp
