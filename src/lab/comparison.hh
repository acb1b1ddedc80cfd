// Two answers to the same questions, held against each other.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "lab/matrix.hh"

namespace lastack::lab {

struct Difference {
  Cell const* one = nullptr;
  Cell const* other = nullptr;
};

// Cell by cell, as far as both go. Refers to the cells.
[[nodiscard]] std::vector<Difference> differences(std::span<Cell const> one,
                                                  std::span<Cell const> other);

}  // namespace lastack::lab
