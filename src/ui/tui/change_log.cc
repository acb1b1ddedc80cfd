#include "ui/tui/change_log.hh"

#include <algorithm>
#include <utility>

namespace lastack::ui::tui {

void ChangeLog::note(Slot slot, Noted what) {
  if (all_) return;
  if (noted_[slot] == Noted::Nothing) touched_.push_back(slot);
  noted_[slot] = what;
}

// Of a row that came and went between two looks nobody has to know.
void ChangeLog::leave(Slot slot) {
  resting_.push_back(slot);
  if (all_) return;
  note(slot, noted_[slot] == Noted::Begun ? Noted::Passed : Noted::Left);
  if (resting_.size() > kMaxResting) give_up();
}

void ChangeLog::give_up() {
  all_ = true;
  for (auto const slot : touched_) noted_[slot] = Noted::Nothing;
  touched_.clear();
}

Slot ChangeLog::reuse() {
  if (free_.empty() && all_) std::swap(free_, resting_);
  if (free_.empty()) return kNoSlot;
  auto const slot = free_.back();
  free_.pop_back();
  return slot;
}

StoreChanges ChangeLog::take() {
  StoreChanges out;
  out.all = std::exchange(all_, false);
  out.names = std::exchange(names_, false);
  for (auto const slot : touched_) {
    switch (std::exchange(noted_[slot], Noted::Nothing)) {
      case Noted::Nothing:
      case Noted::Passed: break;
      case Noted::Begun: out.begun.push_back(slot); break;
      case Noted::Changed: out.changed.push_back(slot); break;
      case Noted::Left: out.left.push_back(slot); break;
    }
  }
  touched_.clear();
  free_.insert(free_.end(), resting_.begin(), resting_.end());
  resting_.clear();
  std::ranges::sort(processes_);
  auto const [first, last] = std::ranges::unique(processes_);
  processes_.erase(first, last);
  out.processes = std::exchange(processes_, {});
  return out;
}

}  // namespace lastack::ui::tui
