// What changed in the live table between two looks, for faces that show rows.
#pragma once

#include <cstdint>
#include <vector>

#include "model/endpoint.hh"

namespace lastack::track {

// Rows as in the snapshot that they come with. A connection that began and ended between two looks
// is in none of them but counted.
struct Changes {
  std::vector<model::Endpoint> begun;
  std::vector<model::Endpoint> changed;  // in their new state
  std::vector<model::Endpoint> gone;     // in their last state, without owners
  std::uint64_t passed = 0;              // began and ended unseen

  [[nodiscard]] bool empty() const {
    return begun.empty() && changed.empty() && gone.empty() && passed == 0;
  }
};

}  // namespace lastack::track
