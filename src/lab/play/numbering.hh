// Sequence numbers as people read them: counted from the initial one of each direction.
#pragma once

#include <cstdint>
#include <map>

#include "lab/packet.hh"

namespace lastack::lab {

class Numbering {
 public:
  // A SYN that a host sends begins a direction anew.
  void see(Packet const& packet, bool forged);

  // Of a segment that was seen; a direction that never began counts from 0.
  [[nodiscard]] std::int64_t seq_of(Packet const& packet) const;
  [[nodiscard]] std::int64_t ack_of(Packet const& packet) const;

  // For a segment that is written by hand. Where the direction has not begun it begins here.
  [[nodiscard]] tcp::Seq seq_at(Address from, Address to, std::int64_t number);
  [[nodiscard]] tcp::Seq ack_at(Address from, Address to, std::int64_t number);

 private:
  using Direction = std::pair<std::uint64_t, std::uint64_t>;
  [[nodiscard]] static Direction direction(Address from, Address to);
  [[nodiscard]] tcp::Seq first_of(Direction const& direction) const;
  [[nodiscard]] tcp::Seq begin(Direction const& direction);

  std::map<Direction, tcp::Seq> first_;
};

}  // namespace lastack::lab
