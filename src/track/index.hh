// A hash table from 64-bit keys to 32-bit places: open addressing, linear probing, no tombstones.
// Made for cookies, which the kernel hands out in runs: sixteen neighbours share four cache lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace lastack::track {

class Index {
 public:
  static constexpr std::uint32_t kNowhere = 0xffffffff;

  // kNowhere: not there. 0 is no key and never there.
  [[nodiscard]] std::uint32_t find(std::uint64_t key) const {
    if (cells_.empty() || key == 0) return kNowhere;
    for (auto at = home(key);; at = (at + 1) & mask_) {
      if (cells_[at].key == key) return cells_[at].place;
      if (cells_[at].key == 0) return kNowhere;
    }
  }
  // Replaces what is there.
  void set(std::uint64_t key, std::uint32_t place);
  void erase(std::uint64_t key);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t memory() const { return cells_.capacity() * sizeof(Cell); }

 private:
  struct Cell {
    std::uint64_t key = 0;
    std::uint32_t place = 0;
  };
  static constexpr unsigned kRun = 4;  // bits of a key that stay together

  [[nodiscard]] std::size_t home(std::uint64_t key) const {
    auto const scattered = (key >> kRun) * 0x9e3779b97f4a7c15ULL;
    return static_cast<std::size_t>(((scattered >> 24U) << kRun) | (key & ((1U << kRun) - 1U))) &
           mask_;
  }
  void grow();

  std::vector<Cell> cells_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace lastack::track
