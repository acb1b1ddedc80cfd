// The wire between hosts: delay, loss, duplication, reordering, all from one seed.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

#include "lab/moment.hh"
#include "lab/packet.hh"

namespace lastack::lab {

struct WireTraits {
  Span delay = milliseconds(10);
  Span jitter{};           // at most that much more, by chance: packets overtake each other
  double loss = 0;         // 0 ... 1
  double duplication = 0;  // 0 ... 1
};

class Wire {
 public:
  Wire(WireTraits const& traits, std::uint64_t seed) : traits_(traits), random_(seed) {}

  // How many copies of it get there: 0 where it is lost, 2 where it is doubled.
  int carry(Packet const& packet, Moment now);
  // kNever: nothing is on its way.
  [[nodiscard]] Moment next_arrival() const;
  // The next one that has arrived by `now`.
  std::optional<Packet> arrived(Moment now);

 private:
  struct Passage {
    Moment at;
    std::uint64_t order = 0;  // first sent, first there
    Packet packet;
    bool operator>(Passage const& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  void enter(Packet const& packet, Moment now);
  [[nodiscard]] bool overtaker_is_next() const;
  [[nodiscard]] double chance();

  WireTraits traits_;
  std::uint64_t random_;
  std::uint64_t sent_ = 0;
  // Each arrives no earlier than what is before it: without jitter, all do.
  std::deque<Passage> in_order_;
  std::priority_queue<Passage, std::vector<Passage>, std::greater<>> overtaking_;
};

}  // namespace lastack::lab
