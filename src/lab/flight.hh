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

  // Where the segments end that begin at `from` and have no more than `most` together; at least the
  // first one's end.
  [[nodiscard]] tcp::Seq whole(tcp::Seq from, std::uint32_t most) const {
    tcp::Seq end = from;
    for (std::uint32_t i = 0; i < count_; ++i) {
      auto const next = at(i);
      if (not_after(next, from)) continue;
      bool const more = distance(from, next) <= static_cast<std::int64_t>(most);
      if (end != from && !more) break;
      end = next;
    }
    return end;
  }

  // How many segments end up to there.
  [[nodiscard]] std::uint32_t ends_by(tcp::Seq seq) const {
    std::uint32_t found = 0;
    while (found < count_ && not_after(at(found), seq)) ++found;
    return found;
  }

  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::uint32_t size() const { return count_; }

 private:
  static constexpr std::uint32_t kFew = 3;

  [[nodiscard]] tcp::Seq at(std::uint32_t index) const {
    return index < kFew ? few_[index] : more_[next_ + index - kFew];
  }

  // The first one; those behind it move up.
  void leave() {
    std::shift_left(few_.begin(), few_.end(), 1);
    if (count_ > kFew) {
      few_[kFew - 1] = more_[next_++];
      if (next_ >= more_.size() - next_) {
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
