// The lines of a list of rows.
#pragma once

#include <cstdint>

#include "ui/tui/slot.hh"

namespace lastack::ui::tui {

// How rows are put together.
enum class Grouping : std::uint8_t {
  None,
  FoldTimeWait,  // TIME_WAIT: one line for each listener's port or, without listener, peer; below
                 // all other rows, where they stay
  ByProcess,     // a tree: a line for each process, its rows below
};

// A line of the list: a row, or the head of a group.
struct Line {
  Slot slot = kNoSlot;      // of the row; of a head: one of its rows, as an example
  std::uint32_t count = 0;  // of a head: rows in the group; 0: a row
  std::uint64_t group = 0;  // 0: none; else the same for a head and its rows
  bool folded = false;      // of a head: its rows are not among the lines
  bool by_local = false;    // of a flood's head: its rows share the local port, else the remote end

  [[nodiscard]] bool is_head() const { return count > 0; }
  bool operator==(Line const&) const = default;
};

}  // namespace lastack::ui::tui
