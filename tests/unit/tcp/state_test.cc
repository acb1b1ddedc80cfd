#include "tcp/state.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace lastack::tcp {
namespace {

TEST(State, HasElevenNamesThatReadBack) {
  std::set<std::string_view> const names(kStateNames.begin(), kStateNames.end());
  EXPECT_EQ(names.size(), 11U);
  for (std::size_t i = 0; i < kStateCount; ++i) EXPECT_EQ(parse_state(kStateNames[i]), state_at(i));
}

TEST(State, ReadsEverySpellingInUse) {
  for (auto const* text :
       {"SYN-RECV", "SYN_RCVD", "syn-received", "Syn Received", "NEW_SYN_RECV"}) {
    EXPECT_EQ(parse_state(text), State::SynReceived) << text;
  }
  for (auto const* text : {"ESTAB", "established", "Estab"}) {
    EXPECT_EQ(parse_state(text), State::Established) << text;
  }
  for (auto const* text : {"FIN-WAIT-1", "FIN_WAIT1", "fin_wait_1", "finwait1"}) {
    EXPECT_EQ(parse_state(text), State::FinWait1) << text;
  }
  EXPECT_EQ(parse_state("LISTENING"), State::Listen);
  EXPECT_EQ(parse_state("CLOSE"), State::Closed);
  EXPECT_EQ(parse_state("CLOSE-WAIT"), State::CloseWait);
}

TEST(State, RefusesWhatIsNone) {
  for (auto const* text : {"", "-", "ESTABLISHE", "FIN_WAIT_3", "TIME_WAITTIME_WAITTIME_WAIT"}) {
    EXPECT_EQ(parse_state(text), std::nullopt) << text;
  }
}

TEST(StateSet, IsASet) {
  auto const set = State::Listen | State::TimeWait;
  EXPECT_TRUE(set.has(State::Listen));
  EXPECT_FALSE(set.has(State::Closed));
  EXPECT_EQ(set.size(), 2);
  EXPECT_EQ((~set).size(), 9);
  EXPECT_EQ(set | ~set, StateSet::all());
  EXPECT_TRUE((set & ~set).empty());
}

}  // namespace
}  // namespace lastack::tcp
