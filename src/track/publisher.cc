#include "track/publisher.hh"

#include <algorithm>
#include <utility>

namespace lastack::track {

Publisher::Publisher(LiveTable& table) : table_(table) { table_.follow_changes(); }

void Publisher::publish() {
  auto snapshot = std::make_shared<model::Snapshot const>(table_.snapshot());
  auto changes = std::make_shared<Changes const>(table_.take_changes());
  std::lock_guard const lock(mutex_);
  ++version_;
  std::swap(snapshot_, snapshot);  // the old one is freed, if nobody has it, after the lock
  changes_.push_back(std::move(changes));
  if (changes_.size() > kKept) changes_.pop_front();
}

Publication Publisher::since(std::uint64_t seen) const {
  std::lock_guard const lock(mutex_);
  Publication out{.version = version_, .snapshot = snapshot_, .changes = {}, .behind = false};
  auto const missed = version_ - std::min(seen, version_);
  out.behind = seen == 0 ? version_ > 0 : missed > changes_.size();
  if (out.behind) return out;
  auto const first = changes_.end() - static_cast<std::ptrdiff_t>(missed);
  out.changes.assign(first, changes_.end());
  return out;
}

}  // namespace lastack::track
