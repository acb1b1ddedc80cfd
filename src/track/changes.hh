// What changed in the live table between two looks, for faces that show rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/cause.hh"

namespace lastack::track {

// Rows by their places in the table. First what is gone, then what began or changed: a place may
// be in both, when another connection has it by now. A connection that began and ended between two
// looks is in neither but counted.
struct Changes {
  // So many ends are kept; beyond them a reader must read the whole table.
  static constexpr std::size_t kMostGone = 200'000;

  struct Gone {
    std::uint32_t place = 0;
    model::Cause cause = model::Cause::Unknown;
  };
  std::vector<Gone> gone;
  std::vector<std::uint32_t> rows;  // as they are now: LiveTable::at()
  std::uint64_t passed = 0;         // began and ended unseen
  bool overflowed = false;          // more went than were kept: `gone` is not complete

  [[nodiscard]] bool empty() const {
    return gone.empty() && rows.empty() && passed == 0 && !overflowed;
  }
};

}  // namespace lastack::track
