// Numbers for things that have an order, so that comparing two of them is comparing numbers, also
// when more come in between: there is room between the numbers.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace lastack::ui::tui {

// Numbers are below 2^Bits. Nothing that was numbered changes its number but by spread().
template <typename Key, unsigned Bits>
class Ranks {
 public:
  using Map = std::map<Key, std::uint64_t>;
  using Entry = typename Map::iterator;

  // The entry of that key, with a number between its neighbours'.
  Entry add(Key key) {
    auto const [entry, is_new] = entries_.try_emplace(std::move(key), 0);
    if (is_new) entry->second = number_for(entry);
    return entry;
  }
  void erase(Entry entry) { entries_.erase(entry); }
  void clear() { entries_.clear(), crowded_ = false; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  // Somewhere no number was left: the order is wrong until all are numbered anew.
  [[nodiscard]] bool is_crowded() const { return crowded_; }
  void spread() {
    crowded_ = false;
    // A power of two: the bits below are the same in all numbers, which makes sorting faster.
    auto const step = std::bit_floor(kEnd / (entries_.size() + 2));
    std::uint64_t next = 0;
    for (auto& [key, number] : entries_) number = next += step;
  }

 private:
  static constexpr std::uint64_t kEnd = std::uint64_t{1} << Bits;
  // Things tend to come in ascending order (processes of one name by pid): they are put close
  // behind what is before them, so that those that follow have room.
  static constexpr std::uint64_t kStride = std::uint64_t{1} << (Bits / 3);

  std::uint64_t number_for(Entry entry) {
    auto const after = std::next(entry);
    auto const low = entry == entries_.begin() ? 0 : std::prev(entry)->second;
    auto const high = after == entries_.end() ? kEnd : after->second;
    if (high - low < 2) crowded_ = true;
    auto const half = (high - low) / 2;
    return low + (half < kStride ? half : kStride);
  }

  Map entries_;
  bool crowded_ = false;
};

}  // namespace lastack::ui::tui
