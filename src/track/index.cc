#include "track/index.hh"

#include <algorithm>
#include <utility>

namespace lastack::track {

void Index::set(std::uint64_t key, std::uint32_t place) {
  if ((size_ + 1) * 10 > cells_.size() * 7) grow();
  auto at = home(key);
  while (cells_[at].key != 0 && cells_[at].key != key) at = (at + 1) & mask_;
  if (cells_[at].key == 0) ++size_;
  cells_[at] = {key, place};
}

// Moves back what would no longer be found behind the hole.
void Index::erase(std::uint64_t key) {
  if (cells_.empty()) return;
  auto hole = home(key);
  while (cells_[hole].key != key) {
    if (cells_[hole].key == 0) return;
    hole = (hole + 1) & mask_;
  }
  for (auto at = (hole + 1) & mask_; cells_[at].key != 0; at = (at + 1) & mask_) {
    auto const from_home = (at - home(cells_[at].key)) & mask_;
    auto const from_hole = (at - hole) & mask_;
    if (from_home < from_hole) continue;
    cells_[hole] = cells_[at];
    hole = at;
  }
  cells_[hole] = {};
  --size_;
}

void Index::grow() {
  auto old =
      std::exchange(cells_, std::vector<Cell>(std::max<std::size_t>(1024, cells_.size() * 2)));
  mask_ = cells_.size() - 1;
  size_ = 0;
  for (auto const& cell : old) {
    if (cell.key != 0) set(cell.key, cell.place);
  }
}

}  // namespace lastack::track
