// Segments that are on their way: where each of them ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tcp/sequence.hh"

namespace lastack::lab {

class Flight {
 public:
  // What ends no later than the last one is a repetition.
  void sent(tcp::Seq end) {
    if (empty() || before(ends_.back(), end)) ends_.push_back(end);
  }

  // Up to `una` everything has arrived. How many whole segments that are.
  std::uint32_t acknowledged(tcp::Seq una) {
    auto const before_it = first_;
    while (first_ < ends_.size() && not_after(ends_[first_], una)) ++first_;
    auto const count = static_cast<std::uint32_t>(first_ - before_it);
    if (empty()) {
      ends_.clear();
      first_ = 0;
    } else if (first_ > ends_.size() / 2) {
      ends_.erase(ends_.begin(), ends_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    return count;
  }

  [[nodiscard]] bool empty() const { return first_ == ends_.size(); }
  [[nodiscard]] std::uint32_t size() const {
    return static_cast<std::uint32_t>(ends_.size() - first_);
  }

 private:
  std::vector<tcp::Seq> ends_;
  std::size_t first_ = 0;
};

}  // namespace lastack::lab
