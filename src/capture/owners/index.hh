// A hash index from a 64-bit key to rows of a vector: open addressing, 4 bytes a slot, because
// a machine may have a million sockets. Rows with equal keys are all kept.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lastack::capture::owners {

class RowIndex {
 public:
  explicit RowIndex(std::size_t rows)
      : slots_(std::bit_ceil(rows * 2 + 2), kEmpty),
        shift_(64U - static_cast<unsigned>(std::countr_zero(slots_.size()))) {}

  void insert(std::uint64_t key, std::uint32_t row) {
    auto slot = start(key);
    while (slots_[slot] != kEmpty) slot = next(slot);
    slots_[slot] = row;
  }

  // Calls visit(row) for every row whose key_of(row) is `key`, in order of insertion.
  template <typename KeyOf, typename Visit>
  void for_each(std::uint64_t key, KeyOf&& key_of, Visit&& visit) const {
    for (auto slot = start(key); slots_[slot] != kEmpty; slot = next(slot)) {
      if (key_of(slots_[slot]) == key) visit(slots_[slot]);
    }
  }

 private:
  static constexpr std::uint32_t kEmpty = ~0U;

  // Fibonacci hashing: cookies and inodes are runs of neighbouring numbers.
  [[nodiscard]] std::size_t start(std::uint64_t key) const {
    return static_cast<std::size_t>(key * 0x9E3779B97F4A7C15ULL >> shift_);
  }
  [[nodiscard]] std::size_t next(std::size_t slot) const {
    return (slot + 1) & (slots_.size() - 1);
  }

  std::vector<std::uint32_t> slots_;
  unsigned shift_;
};

}  // namespace lastack::capture::owners
