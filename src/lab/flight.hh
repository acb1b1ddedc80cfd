// Segments that are on their way: where each of them ends.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tcp/sequence.hh"

namespace lastack::lab {

// Most connections have a few at a time: these need no memory of their own.
class Flight {
 public:
  // What ends no later than the last one is a repetition.
  void sent(tcp::Seq end) {
    if (count_ > 0 && !before(last_, end)) return;
    last_ = end;
    if (count_ < kFew) {
      few_[count_] = end;
    } else {
      more_.push_back(end);
    }
    ++count_;
  }

  // Up to `una` everything has arrived. How many whole segments that are.
  std::uint32_t acknowledged(tcp::Seq una) {
    std::uint32_t passed = 0;
    for (; count_ > 0 && not_after(few_[0], una); ++passed) leave();
    return passed;
  }

  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::uint32_t size() const { return count_; }

 private:
  static constexpr std::uint32_t kFew = 3;

  // The first one; those behind it move up.
  void leave() {
    std::shift_left(few_.begin(), few_.end(), 1);
    if (count_ > kFew) {
      few_[kFew - 1] = more_[next_++];
      if (2 * next_ >= more_.size()) {
        more_.erase(more_.begin(), more_.begin() + next_);
        next_ = 0;
      }
    }
    --count_;
  }

  std::array<tcp::Seq, kFew> few_;
  tcp::Seq last_;
  std::uint32_t count_ = 0;
  std::uint32_t next_ = 0;  // of `more_`; what is before it has moved up
  std::vector<tcp::Seq> more_;
};

}  // namespace lastack::lab
