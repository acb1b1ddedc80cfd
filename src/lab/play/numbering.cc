#include "lab/play/numbering.hh"

namespace lastack::lab {
namespace {

constexpr tcp::Seq kByHand{1'000'000};

std::uint64_t key(Address address) { return std::uint64_t{address.host} << 16U | address.port; }

}  // namespace

Numbering::Direction Numbering::direction(Address from, Address to) { return {key(from), key(to)}; }

tcp::Seq Numbering::first_of(Direction const& direction) const {
  auto const found = first_.find(direction);
  return found == first_.end() ? tcp::Seq() : found->second;
}

tcp::Seq Numbering::begin(Direction const& direction) {
  return first_.try_emplace(direction, kByHand).first->second;
}

void Numbering::see(Packet const& packet, bool forged) {
  if (!forged && packet.segment.has(tcp::kSyn)) {
    first_[direction(packet.from, packet.to)] = packet.segment.seq;
  }
}

// A reset of what does not exist has the number 0 (RFC 9293 3.10.7.1), whatever the direction's
// are.
std::int64_t Numbering::seq_of(Packet const& packet) const {
  if (packet.segment.has(tcp::kRst) && packet.segment.seq == tcp::Seq(0)) return 0;
  return distance(first_of(direction(packet.from, packet.to)), packet.segment.seq);
}

std::int64_t Numbering::ack_of(Packet const& packet) const {
  return distance(first_of(direction(packet.to, packet.from)), packet.segment.ack);
}

tcp::Seq Numbering::seq_at(Address from, Address to, std::int64_t number) {
  return begin(direction(from, to)) + static_cast<std::uint32_t>(number);
}

tcp::Seq Numbering::ack_at(Address from, Address to, std::int64_t number) {
  return begin(direction(to, from)) + static_cast<std::uint32_t>(number);
}

}  // namespace lastack::lab
