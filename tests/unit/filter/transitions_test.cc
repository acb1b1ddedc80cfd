// `from` and `to`: a filter asked about the steps that an endpoint makes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "unit/filter/support.hh"

namespace lastack::filter::testing {
namespace {

using model::SocketState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What kSixClient, curl's, may have gone through.
constexpr Edge kConnects{SocketState::Closed, SocketState::SynSent};
constexpr Edge kOpens{SocketState::SynSent, SocketState::Established};
constexpr Edge kPeerCloses{SocketState::Established, SocketState::CloseWait};
constexpr Edge kIsReset{SocketState::Established, SocketState::Closed};
constexpr Edge kEnds{SocketState::TimeWait, SocketState::Closed};
constexpr auto kSteps = std::to_array({kConnects, kOpens, kPeerCloses, kIsReset, kEnds});

std::string written(Edge const& edge) {
  return std::string(model::name(edge.from)) + ">" + std::string(model::name(edge.to));
}

// The steps of kSixClient that `text` matches; empty, with a failure, where it does not parse.
std::vector<std::string> steps(std::string_view text) {
  auto const snapshot = sample();
  auto const filter = parse(text, FakeNames(), Scope::Transitions);
  if (!filter) {
    ADD_FAILURE() << text << ": " << filter.error().message;
    return {};
  }
  Matcher const matches(*filter, snapshot);
  std::vector<std::string> out;
  for (auto const& edge : kSteps) {
    auto endpoint = snapshot.endpoints[kSixClient - 1];
    endpoint.state = edge.to;
    if (matches(endpoint, edge)) out.push_back(written(edge));
  }
  return out;
}

TEST(Transitions, FromLooksAtTheOldStateAndToAtTheNew) {
  EXPECT_THAT(steps("from syn-sent"), ElementsAre(written(kOpens)));
  EXPECT_THAT(steps("to syn-sent"), ElementsAre(written(kConnects)));
  EXPECT_THAT(steps("to = close-wait"), ElementsAre(written(kPeerCloses)));
  EXPECT_THAT(steps("from established"), ElementsAre(written(kPeerCloses), written(kIsReset)));
  EXPECT_THAT(steps("from listen"), IsEmpty());
}

TEST(Transitions, EverySpellingOfTheComparison) {
  for (auto const* text : {"from=established", "from = established", "from == ESTAB",
                           "FROM:established", "from eq established", "from (established)",
                           "not from != established", "from 'established'"}) {
    EXPECT_EQ(steps(text), steps("from established")) << text;
  }
  for (auto const* text : {"to != closed", "to ne closed", "not to closed", "!to=closed"}) {
    EXPECT_THAT(steps(text), ElementsAre(written(kConnects), written(kOpens), written(kPeerCloses)))
        << text;
  }
}

TEST(Transitions, ListsAndGroups) {
  EXPECT_THAT(steps("to (closed time-wait)"), ElementsAre(written(kIsReset), written(kEnds)));
  EXPECT_EQ(steps("to closed,time-wait"), steps("to (closed time-wait)"));
  EXPECT_EQ(steps("to = (closed, time-wait)"), steps("to (closed time-wait)"));
  EXPECT_THAT(steps("from syn-sent,time-wait"), ElementsAre(written(kOpens), written(kEnds)));
  EXPECT_THAT(steps("from connected to closed"), ElementsAre(written(kIsReset), written(kEnds)));
  EXPECT_THAT(steps("from all to all"), SizeIs(kSteps.size()));
}

TEST(Transitions, TwoSideBySideMustBothHold) {
  EXPECT_THAT(steps("from established to closed"), ElementsAre(written(kIsReset)));
  EXPECT_THAT(steps("from established and to closed"), ElementsAre(written(kIsReset)));
  EXPECT_THAT(steps("to closed from=established"), ElementsAre(written(kIsReset)));
  EXPECT_THAT(steps("from syn-sent from established"), IsEmpty())
      << "unlike `state`, they do not add up";
  EXPECT_THAT(steps("from syn-sent or to syn-sent"),
              ElementsAre(written(kConnects), written(kOpens)));
}

TEST(Transitions, InFrontTheyAreTestsLikeAnyOther) {
  EXPECT_THAT(steps("from syn-sent dport = :1 or dport = :443"), SizeIs(kSteps.size()));
  EXPECT_THAT(steps("state established from syn-sent or to closed"), ElementsAre(written(kOpens)))
      << "`state` in front holds for all of it, as ever";
}

TEST(Transitions, StateIsTheStateAfterIt) {
  EXPECT_EQ(steps("state closed"), steps("to closed"));
  EXPECT_EQ(steps("exclude closed"), steps("to != closed"));
  EXPECT_EQ(steps("state established state closed"), steps("to established,closed"));
}

TEST(Transitions, AllOtherFieldsLookAtTheEndpoint) {
  EXPECT_EQ(steps("to closed and pid = 200 and dport = :443"), steps("to closed"));
  EXPECT_THAT(steps("to closed and process = nginx"), IsEmpty());
  EXPECT_THAT(steps(""), SizeIs(kSteps.size()));
}

TEST(Transitions, EveryPairOfStatesIsToldApart) {
  auto const snapshot = sample();
  for (std::size_t from = 0; from < tcp::kStateCount; ++from) {
    for (std::size_t to = 0; to < tcp::kStateCount; ++to) {
      Edge const asked{model::from_tcp(tcp::state_at(from)), model::from_tcp(tcp::state_at(to))};
      auto const text = "from " + std::string(model::name(asked.from)) + " to " +
                        std::string(model::name(asked.to));
      auto const filter = parse(text, FakeNames(), Scope::Transitions);
      ASSERT_TRUE(filter) << text;
      Matcher const matches(*filter, snapshot);
      for (auto const& edge : kSteps) {
        bool const same = edge.from == asked.from && edge.to == asked.to;
        EXPECT_EQ(matches(snapshot.endpoints[0], edge), same) << text << ", " << written(edge);
      }
      EXPECT_TRUE(matches(snapshot.endpoints[0], asked)) << text;
    }
  }
}

TEST(Transitions, WithoutOneNoTestOfItHolds) {
  auto const snapshot = sample();
  for (auto const* text : {"from all", "to all", "from all or to = established"}) {
    auto const filter = parse(text, FakeNames(), Scope::Transitions);
    ASSERT_TRUE(filter) << text;
    Matcher const matches(*filter, snapshot);
    EXPECT_TRUE(std::ranges::none_of(snapshot.endpoints, matches)) << text;
  }
}

TEST(Transitions, AListingRefusesThem) {
  EXPECT_EQ(error_of("from established"),
            "column 1: 'from' asks about a transition, which only watch shows; here use state, as "
            "in 'state established'");
  EXPECT_EQ(error_of("dport = :443 and not (TO=closed)"),
            "column 23: 'to' asks about a transition, which only watch shows; here use state, as "
            "in 'state established'");
  EXPECT_EQ(error_of("from x"), error_of("from established")) << "x is the smaller mistake";
  EXPECT_EQ(error_of("process = from or unit = to"), "") << "values may be called so";
}

TEST(Transitions, SuggestionsKnowTheScope) {
  auto const expected = std::string(
      "column 1: unknown field 'form'; expected a field such as state, src, dport, process or pid; "
      "did you mean ");
  EXPECT_EQ(error_of("form x"), expected + "'port' or 'comm'?");
  EXPECT_EQ(error_of("form x", Scope::Transitions), expected + "'from', 'port' or 'comm'?");
}

TEST(Transitions, BadOnes) {
  auto const error = [](std::string_view text) { return error_of(text, Scope::Transitions); };
  EXPECT_EQ(error("to clsing"),
            "column 4: unknown state 'clsing'; expected a state such as listen, established or "
            "time-wait, or a group such as connected; did you mean 'closing'?");
  EXPECT_EQ(error("from ~ ^est"), "column 6: 'from' cannot be compared with '~'; expected = or !=");
  EXPECT_EQ(error("from and to closed"),
            "column 6: expected a state such as listen, established or time-wait, or a group such "
            "as connected (or = or != and that) after 'from', found 'and'; put it in quotes if it "
            "is meant as a value");
  EXPECT_EQ(error("from established to"),
            "column 20: expected a state such as listen, established or time-wait, or a group such "
            "as connected (or = or != and that) after 'to', found the end of the filter");
  EXPECT_TRUE(error("to (closed").starts_with("column 11: expected a state"));
}

}  // namespace
}  // namespace lastack::filter::testing
