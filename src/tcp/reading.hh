// A reading of the standard: which of the table's rows count.
#pragma once

#include <array>
#include <string_view>

#include "tcp/table.hh"

namespace lastack::tcp {

// Refers to tables, which must outlive it.
struct Reading {
  std::string_view name;
  Conditions amendments;
  Table const* overlay = &kNoTable;  // looked at first
  Table const* table = &kRfcTable;

  // The row that holds whatever the conditions are; nullptr: that depends on them.
  [[nodiscard]] constexpr Rule const* only(State state, Event event) const {
    if (overlay->is_empty(state, event)) return table->only(state, event);
    return overlay->only(state, event);
  }

  // nullptr: nothing is said of it, which proofs.cc rules out.
  [[nodiscard]] constexpr Rule const* find(State state, Event event, Conditions facts) const {
    facts |= amendments;
    if (auto const* rule = overlay->find(state, event, facts)) return rule;
    return table->find(state, event, facts);
  }
};

// RFC 9293 as written, with what it quotes of RFC 793 where it leaves a choice.
inline constexpr Reading kLiteral{.name = "literal", .amendments = {}};
// The same with RFC 5961, which RFC 9293 recommends.
inline constexpr Reading kMitigated{.name = "literal+5961", .amendments = Condition::Rfc5961};
// As it is deployed: with RFC 5961 and the correction of appendix A.2.
inline constexpr Reading kDeployed{.name = "deployed",
                                   .amendments = Condition::Rfc5961 | Condition::AppendixA2};
inline constexpr Reading kLinux{
    .name = "linux", .amendments = Condition::Rfc5961, .overlay = &kLinuxTable};

// Conditions that are a matter of the reading, not of the case.
inline constexpr Conditions kAmendments = Condition::Rfc5961 | Condition::AppendixA2;

// This row is what `reading` says in at least one of the cases that it speaks of: no row of an
// overlay comes before it in all of them.
[[nodiscard]] constexpr bool applies(Reading const& reading, Rule const& rule, State state,
                                     Event event) {
  auto mentioned = rule.when.all | rule.when.none;
  for (auto const index : reading.overlay->cell(state, event)) {
    auto const& when = reading.overlay->rule(index).when;
    mentioned |= when.all | when.none;
  }
  auto const open = (mentioned - kAmendments).bits();
  for (std::uint64_t subset = open;; subset = (subset - 1) & open) {
    Conditions facts;
    for (std::size_t i = 0; i < kConditionCount; ++i) {
      if (((subset >> i) & 1U) != 0) facts.set(condition_at(i));
    }
    if (reading.find(state, event, facts) == &rule) return true;
    if (subset == 0) return false;
  }
}

inline constexpr std::array kReadings{&kLiteral, &kMitigated, &kDeployed, &kLinux};

}  // namespace lastack::tcp
