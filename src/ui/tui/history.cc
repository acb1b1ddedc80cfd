#include "ui/tui/history.hh"

#include <algorithm>
#include <limits>

namespace lastack::ui::tui {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

void append(std::deque<std::uint32_t>& points, std::uint32_t value, std::size_t times) {
  points.insert(points.end(), times, value);
  while (points.size() > History::kPoints) points.pop_front();
}

// How much a total grew a second. It never shrinks, but where it was begun anew.
std::uint32_t rate(std::uint64_t before, std::uint64_t now, std::uint64_t elapsed_ns) {
  if (now <= before || elapsed_ns == 0) return 0;
  auto const seconds = static_cast<double>(elapsed_ns) / static_cast<double>(kSecond);
  auto const a_second = static_cast<double>(now - before) / seconds + 0.5;
  constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
  return a_second >= kMost ? kMost : static_cast<std::uint32_t>(a_second);
}

}  // namespace

// A point is due half a second before its second is full, so that updates that come once a second,
// a little early or late, make one point each.
void HistoryKeeper::take(std::array<std::uint32_t, model::kSocketStateCount> const& by_state,
                         Totals const& totals, std::uint64_t now_ns) {
  bool const first = points_ == 0;
  if (first) origin_ns_ = last_ns_ = now_ns;
  auto const passed = now_ns > origin_ns_ ? now_ns - origin_ns_ : 0;
  auto const due = 1 + (passed + kSecond / 2) / kSecond;
  if (due <= points_) return;
  auto const times = std::min<std::uint64_t>(due - points_, History::kPoints);
  auto const elapsed = now_ns - last_ns_;
  for (std::size_t state = 0; state < by_state.size(); ++state) {
    append(history_.by_state[state], by_state[state], times);
  }
  append(history_.transitions, first ? 0 : rate(transitions_, totals.transitions, elapsed), times);
  append(history_.opens, first ? 0 : rate(opens_, totals.opens, elapsed), times);
  append(history_.failures, first ? 0 : rate(failures_, totals.failures, elapsed), times);
  points_ = due;
  last_ns_ = now_ns;
  transitions_ = totals.transitions;
  opens_ = totals.opens;
  failures_ = totals.failures;
}

}  // namespace lastack::ui::tui
