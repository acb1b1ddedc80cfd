// What the header shows over time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "ui/tui/update.hh"

namespace lastack::ui::tui {

// One point a second, however often updates come: where they are further apart, the seconds between
// have the same rates. The last one is the newest.
struct History {
  static constexpr std::size_t kPoints = 120;
  std::array<std::deque<std::uint32_t>, model::kSocketStateCount> by_state;  // rows in that state
  std::deque<std::uint32_t> transitions;                                     // a second
  std::deque<std::uint32_t> opens;
  std::deque<std::uint32_t> failures;
};

class HistoryKeeper {
 public:
  void take(std::array<std::uint32_t, model::kSocketStateCount> const& by_state,
            Totals const& totals, std::uint64_t now_ns);
  [[nodiscard]] History const& history() const { return history_; }

 private:
  History history_;
  std::uint64_t origin_ns_ = 0;  // of the first point
  std::uint64_t last_ns_ = 0;    // when the last point was set, by the clock
  std::uint64_t points_ = 0;
  std::uint64_t transitions_ = 0;  // totals at the last point
  std::uint64_t opens_ = 0;
  std::uint64_t failures_ = 0;
};

}  // namespace lastack::ui::tui
