#include "detect/board.hh"

#include <algorithm>
#include <bit>
#include <utility>

namespace lastack::detect {
namespace {

constexpr auto kMostReturns = static_cast<std::uint32_t>(std::countr_zero(Board::kLongestHold));
static_assert(std::has_single_bit(Board::kLongestHold), "each return doubles the time");

bool goes_before(Change const& a, Change const& b) {
  return model::goes_before(a.standing->finding, b.standing->finding);
}

}  // namespace

std::uint64_t Board::patience_of(Standing const& standing) const {
  return hold_ns_ << std::min(standing.returns, kMostReturns);
}

std::vector<Change> Board::update(Findings found, std::uint64_t now_ns) {
  std::vector<Change> changes;
  auto const previous_ns = std::exchange(looked_ns_, now_ns);
  left_out_ = 0;
  for (auto& finding : found) {
    auto id = finding.id();
    auto const known = standing_.find(id);
    if (known == standing_.end()) {
      if (standing_.size() >= kMost) {
        ++left_out_;
        continue;
      }
      auto const& entry =
          standing_.emplace(std::move(id), Standing{std::move(finding), now_ns, now_ns, now_ns, 0})
              .first;
      changes.push_back({Turn::Arose, &entry->second});
      continue;
    }
    auto& standing = known->second;
    if (standing.seen_ns < previous_ns) ++standing.returns;
    standing.seen_ns = now_ns;
    bool const worse = finding.severity > standing.finding.severity;
    // What was graver a moment ago stays so for a while: severities do not flap.
    bool const milder = finding.severity < standing.finding.severity;
    if (milder && now_ns < standing.gravest_ns + hold_ns_) continue;
    standing.gravest_ns = now_ns;
    if (standing.finding.since_ns != 0) {
      finding.since_ns = finding.since_ns == 0
                             ? standing.finding.since_ns
                             : std::min(finding.since_ns, standing.finding.since_ns);
    }
    standing.finding = std::move(finding);
    if (worse) changes.push_back({Turn::Worsened, &standing});
  }
  cleared_.clear();
  for (auto entry = standing_.begin(); entry != standing_.end();) {
    auto const& standing = entry->second;
    if (now_ns < standing.seen_ns + patience_of(standing)) {
      ++entry;
      continue;
    }
    cleared_.push_back(std::move(entry->second));
    entry = standing_.erase(entry);
  }
  for (auto const& each : cleared_) changes.push_back({Turn::Cleared, &each});
  std::ranges::stable_sort(changes, goes_before);
  return changes;
}

std::vector<Standing const*> Board::standing() const {
  std::vector<Standing const*> all;
  all.reserve(standing_.size());
  for (auto const& [id, each] : standing_) all.push_back(&each);
  std::ranges::stable_sort(all, [](Standing const* a, Standing const* b) {
    return model::goes_before(a->finding, b->finding);
  });
  return all;
}

}  // namespace lastack::detect
