#include "lab/wire.hh"

namespace lastack::lab {

double Wire::chance() {
  random_ += 0x9e3779b97f4a7c15ULL;  // splitmix64
  auto x = random_;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return static_cast<double>((x ^ (x >> 31U)) >> 11U) * 0x1.0p-53;
}

void Wire::enter(Packet const& packet, Moment now) {
  auto delay = traits_.delay;
  if (traits_.jitter.us > 0) {
    delay =
        delay + Span{static_cast<std::int64_t>(chance() * static_cast<double>(traits_.jitter.us))};
  }
  Passage const passage{now + delay, sent_++, packet};
  if (in_order_.empty() || in_order_.back().at <= passage.at) {
    in_order_.push_back(passage);
  } else {
    overtaking_.push(passage);
  }
}

int Wire::carry(Packet const& packet, Moment now) {
  int copies = 0;
  if (traits_.duplication > 0 && chance() < traits_.duplication) ++copies;
  if (!(traits_.loss > 0 && chance() < traits_.loss)) ++copies;
  for (int i = 0; i < copies; ++i) enter(packet, now);
  return copies;
}

bool Wire::overtaker_is_next() const {
  if (overtaking_.empty()) return false;
  return in_order_.empty() || in_order_.front() > overtaking_.top();
}

Moment Wire::next_arrival() const {
  if (overtaker_is_next()) return overtaking_.top().at;
  return in_order_.empty() ? kNever : in_order_.front().at;
}

std::optional<Packet> Wire::arrived(Moment now) {
  if (next_arrival() > now) return std::nullopt;
  std::optional<Packet> packet;
  if (overtaker_is_next()) {
    packet = overtaking_.top().packet;
    overtaking_.pop();
  } else {
    packet = in_order_.front().packet;
    in_order_.pop_front();
  }
  return packet;
}

}  // namespace lastack::lab
