// Counts by key of the last while, bounded in number: what is seldom counted makes room.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lastack::detect {

// `Counts` has operator+=, weight() (how much it matters), and is empty when made. Two halves: the
// present one, and the one before. What is told is their sum, so of one to two lengths of a half.
template <typename Key, typename Counts, typename Hash>
class Recent {
 public:
  explicit Recent(std::size_t most) : most_(most) { entries_.reserve(most); }

  // Counts of the present half. The reference holds until the next call.
  Counts& at(Key const& key) {
    if (auto const found = entries_.find(key); found != entries_.end()) return found->second.now;
    if (entries_.size() >= most_) make_room();
    return entries_[key].now;
  }

  void turn() {
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      if (entry->second.now.weight() == 0) {
        entry = entries_.erase(entry);
        continue;
      }
      entry->second.before = std::exchange(entry->second.now, Counts());
      ++entry;
    }
  }

  // visit(key, counts) in no particular order.
  template <typename Visit>
  void for_each(Visit const& visit) const {
    for (auto const& [key, halves] : entries_) {
      Counts sum = halves.before;
      sum += halves.now;
      visit(key, sum);
    }
  }
  // Empty counts where nothing is known.
  [[nodiscard]] Counts get(Key const& key) const {
    auto const found = entries_.find(key);
    if (found == entries_.end()) return {};
    Counts sum = found->second.before;
    sum += found->second.now;
    return sum;
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  // Entries that had to make room although they had counted something.
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

 private:
  struct Halves {
    Counts now;
    Counts before;
  };

  // The lighter half goes, so that this is done once in most_/2 new keys.
  void make_room() {
    std::vector<std::pair<std::uint64_t, Key>> weights;
    weights.reserve(entries_.size());
    for (auto const& [key, halves] : entries_) {
      weights.emplace_back(halves.now.weight() + halves.before.weight(), key);
    }
    auto const middle = weights.begin() + static_cast<std::ptrdiff_t>(weights.size() / 2);
    std::ranges::nth_element(weights, middle, {}, [](auto const& each) { return each.first; });
    std::for_each(weights.begin(), middle, [&](auto const& each) { entries_.erase(each.second); });
    forgotten_ += static_cast<std::uint64_t>(
        std::count_if(weights.begin(), middle, [](auto const& each) { return each.first > 0; }));
  }

  std::size_t most_;
  std::unordered_map<Key, Halves, Hash> entries_;
  std::uint64_t forgotten_ = 0;
};

}  // namespace lastack::detect
