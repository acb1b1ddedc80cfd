// Rules made findable: which rows speak of a state and an event.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tcp/linux_rules.hh"
#include "tcp/rule.hh"
#include "tcp/rules.hh"

namespace lastack::tcp {

// Refers to the rules, which must outlive it. 11 x 40 cells; find() reads one.
class Table {
 public:
  static constexpr std::size_t kMaxRules = 256;
  static constexpr std::size_t kMaxEntries = 1024;

  // Of several rows of one cell the first that holds counts: overlays come before what they cover.
  constexpr explicit Table(std::span<Rule const> rules) : rules_(rules.data()) {
    std::size_t next = 0;
    for (std::size_t state = 0; state < kStateCount; ++state) {
      for (std::size_t event = 0; event < kEventCount; ++event) {
        auto& cell = cells_[state][event];
        cell.first = static_cast<std::uint16_t>(next);
        for (std::size_t i = 0; i < rules.size(); ++i) {
          if (!rules[i].from.has(state_at(state)) || !rules[i].on.has(event_at(event))) continue;
          entries_.at(next++) = static_cast<std::uint8_t>(i);
        }
        cell.count = static_cast<std::uint8_t>(next - cell.first);
        cell.only = cell.count == 1 && rules[entries_[cell.first]].when == kAlways;
      }
    }
  }

  // The rows of a cell, as indices into the rules.
  [[nodiscard]] constexpr std::span<std::uint8_t const> cell(State state, Event event) const {
    auto const& at = cells_[static_cast<std::size_t>(state)][static_cast<std::size_t>(event)];
    return std::span(entries_).subspan(at.first, at.count);
  }
  [[nodiscard]] constexpr Rule const& rule(std::uint8_t index) const { return rules_[index]; }

  // The row that holds in every case, where the cell has no other; else nullptr.
  [[nodiscard]] constexpr Rule const* only(State state, Event event) const {
    auto const& at = cells_[static_cast<std::size_t>(state)][static_cast<std::size_t>(event)];
    return at.only ? &rules_[entries_[at.first]] : nullptr;
  }
  [[nodiscard]] constexpr bool is_empty(State state, Event event) const {
    return cells_[static_cast<std::size_t>(state)][static_cast<std::size_t>(event)].count == 0;
  }

  // nullptr: no row speaks of it.
  [[nodiscard]] constexpr Rule const* find(State state, Event event, Conditions facts) const {
    for (auto const index : cell(state, event)) {
      if (rules_[index].when.holds(facts)) return &rules_[index];
    }
    return nullptr;
  }

 private:
  struct Cell {
    std::uint16_t first = 0;
    std::uint8_t count = 0;
    bool only = false;
  };

  Rule const* rules_;
  std::array<std::array<Cell, kEventCount>, kStateCount> cells_{};
  std::array<std::uint8_t, kMaxEntries> entries_{};
};
static_assert(kRules.size() < Table::kMaxRules && kLinuxRules.size() < Table::kMaxRules);

inline constexpr Table kNoTable{{}};
inline constexpr Table kRfcTable{kRules};
inline constexpr Table kLinuxTable{kLinuxRules};

}  // namespace lastack::tcp
