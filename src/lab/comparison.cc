#include "lab/comparison.hh"

#include <algorithm>

namespace lastack::lab {

std::vector<Difference> differences(std::span<Cell const> one, std::span<Cell const> other) {
  std::vector<Difference> found;
  auto const both = std::min(one.size(), other.size());
  for (std::size_t i = 0; i < both; ++i) {
    if (one[i] != other[i]) found.push_back({&one[i], &other[i]});
  }
  return found;
}

}  // namespace lastack::lab
