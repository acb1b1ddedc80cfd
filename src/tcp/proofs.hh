// What can be proven of a table: that its rows exclude each other and leave nothing out. The build
// proves it of the real ones (proofs.cc), the mutation test of changed ones.
#pragma once

#include <algorithm>
#include <cstdint>

#include "tcp/table.hh"

namespace lastack::tcp {

namespace detail {

constexpr Conditions mentioned_in(Table const& table, State state, Event event) {
  Conditions all;
  for (auto const index : table.cell(state, event)) {
    auto const& when = table.rule(index).when;
    all |= when.all | when.none;
  }
  return all;
}

// How many rows of the cell hold in each case that its rows tell apart: the least and the most.
struct Covering {
  int least = 1;
  int most = 1;
};

constexpr Covering covering_of(Table const& table, State state, Event event) {
  auto const mentioned = mentioned_in(table, state, event).bits();
  Covering covering{.least = static_cast<int>(Table::kMaxRules), .most = 0};
  std::uint64_t subset = mentioned;
  while (true) {  // every subset of `mentioned`, the empty one last
    Conditions facts;
    for (std::size_t i = 0; i < kConditionCount; ++i) {
      if (((subset >> i) & 1U) != 0) facts.set(condition_at(i));
    }
    int holding = 0;
    for (auto const index : table.cell(state, event)) {
      holding += table.rule(index).when.holds(facts) ? 1 : 0;
    }
    covering.least = std::min(covering.least, holding);
    covering.most = std::max(covering.most, holding);
    if (subset == 0) return covering;
    subset = (subset - 1) & mentioned;
  }
}

template <typename Predicate>
constexpr bool for_all_cells(Predicate holds) {
  for (std::size_t state = 0; state < kStateCount; ++state) {
    for (std::size_t event = 0; event < kEventCount; ++event) {
      if (!holds(state_at(state), event_at(event))) return false;
    }
  }
  return true;
}

}  // namespace detail

// No two rows of the cell hold in the same case.
[[nodiscard]] constexpr bool deterministic(Table const& table, State state, Event event) {
  return table.cell(state, event).empty() || detail::covering_of(table, state, event).most <= 1;
}
// Some row of the cell holds in each case.
[[nodiscard]] constexpr bool complete(Table const& table, State state, Event event) {
  return !table.cell(state, event).empty() && detail::covering_of(table, state, event).least >= 1;
}
// A check that is not made does nothing.
[[nodiscard]] constexpr bool consistent(Rule const& rule) {
  bool const acts = rule.to || rule.emit != Emit::Nothing || rule.arm != Arm::Leave ||
                    rule.take != Take::Nothing || rule.tell != Tell::Nothing;
  bool const drawn = rule.drawn != Drawn::No || rule.path != Path::None;
  return (rule.then != Then::NotHere || !acts) && (rule.to.has_value() == drawn);
}

[[nodiscard]] constexpr bool deterministic(Table const& table) {
  return detail::for_all_cells(
      [&](State state, Event event) { return deterministic(table, state, event); });
}
[[nodiscard]] constexpr bool complete(Table const& table) {
  return detail::for_all_cells(
      [&](State state, Event event) { return complete(table, state, event); });
}

}  // namespace lastack::tcp
