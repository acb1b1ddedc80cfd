// What happened to the rows of a Store since somebody last asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ui/tui/slot.hh"

namespace lastack::ui::tui {

// A slot is in at most one list. A slot that was left is not used again before this is taken.
struct StoreChanges {
  bool all = false;           // too much: begin anew from the slots in use; the lists are empty
  std::vector<Slot> begun;    // new rows
  std::vector<Slot> changed;  // other values, a mark that came or went
  std::vector<Slot> left;     // no longer shown: the slot is free
  // Entries of Snapshot::processes that are new, another process now, or have other facts.
  std::vector<std::uint32_t> processes;
  // Names that were known before have changed: of users, interfaces, namespaces.
  bool names = false;

  [[nodiscard]] bool empty() const {
    return !all && !names && begun.empty() && changed.empty() && left.empty() && processes.empty();
  }
};

class ChangeLog {
 public:
  // So many slots may wait to be used again; beyond, the changes are told as "all".
  static constexpr std::size_t kMaxResting = 65'536;

  void grow(std::size_t slots) { noted_.resize(slots, Noted::Nothing); }
  void begin(Slot slot) { note(slot, Noted::Begun); }
  void touch(Slot slot) {
    if (noted_[slot] == Noted::Nothing) note(slot, Noted::Changed);
  }
  void leave(Slot slot);
  void process(std::uint32_t index) { processes_.push_back(index); }
  void names() { names_ = true; }

  // A slot that may be used again; kNoSlot: none.
  [[nodiscard]] Slot reuse();
  [[nodiscard]] StoreChanges take();

 private:
  enum class Noted : std::uint8_t { Nothing, Begun, Changed, Left, Passed };
  void note(Slot slot, Noted what);
  void give_up();

  std::vector<Noted> noted_;   // by slot
  std::vector<Slot> touched_;  // of which something is noted, or was
  std::vector<Slot> resting_;  // left since changes were taken
  std::vector<Slot> free_;
  std::vector<std::uint32_t> processes_;
  bool names_ = false;
  bool all_ = false;
};

}  // namespace lastack::ui::tui
