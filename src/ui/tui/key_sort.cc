#include "ui/tui/key_sort.hh"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace lastack::ui::tui {
namespace {

constexpr unsigned kBits = 64;  // of a word

// A row and the word that it is sorted by just now.
struct Entry {
  std::uint64_t word;
  Slot slot;
};

using Words = std::array<std::uint64_t, 1 + RowOrder::kWords>;
static_assert(sizeof(Words) == sizeof(RowOrder::Key));

Words words_of(RowOrder::Key const& key) { return std::bit_cast<Words>(key); }

// The bits of each word that are not the same in all keys: mostly few.
Words differing_bits(std::span<Slot const> slots, std::span<RowOrder::Key const> keys) {
  Words differ{};
  if (slots.empty()) return differ;
  auto const first = words_of(keys[slots.front()]);
  for (auto const slot : slots) {
    auto const words = words_of(keys[slot]);
    for (std::size_t i = 0; i < words.size(); ++i) differ[i] |= words[i] ^ first[i];
  }
  return differ;
}

class WordSorter {
 public:
  explicit WordSorter(std::size_t count) : entries_(count), sorted_(count) {}

  // By the bytes of word `at` that differ, from the last to the first.
  void sort(std::vector<Slot>& slots, std::span<RowOrder::Key const> keys, std::size_t at,
            std::uint64_t differ) {
    std::ranges::transform(slots, entries_.begin(),
                           [&](Slot slot) { return Entry{words_of(keys[slot])[at], slot}; });
    for (unsigned shift = 0; shift < kBits; shift += 8) {
      if (((differ >> shift) & 0xffU) != 0) pass(shift);
    }
    std::ranges::transform(entries_, slots.begin(), &Entry::slot);
  }

 private:
  void pass(unsigned shift) {
    std::array<std::uint32_t, 256> places{};
    for (auto const& entry : entries_) ++places[(entry.word >> shift) & 0xffU];
    std::uint32_t next = 0;
    for (auto& place : places) next += std::exchange(place, next);
    for (auto const& entry : entries_) sorted_[places[(entry.word >> shift) & 0xffU]++] = entry;
    std::swap(entries_, sorted_);
  }

  std::vector<Entry> entries_;
  std::vector<Entry> sorted_;
};

}  // namespace

void sort_by_keys(std::vector<Slot>& slots, std::span<RowOrder::Key const> keys) {
  auto const differ = differing_bits(slots, keys);
  WordSorter sorter(slots.size());
  for (auto at = differ.size(); at-- > 0;) {
    if (differ[at] != 0) sorter.sort(slots, keys, at, differ[at]);
  }
}

}  // namespace lastack::ui::tui
