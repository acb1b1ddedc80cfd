#include "lab/simulated_subject.hh"

namespace lastack::lab {

// A timer that is due at the very end waits for the next time: a kernel's are never early, and some
// ticks late.
std::vector<Packet> SimulatedSubject::settle(Span span) {
  auto const end = now_ + span;
  for (auto next = host_.next_timer(); next < end; next = host_.next_timer()) {
    host_.run_timers(next);
  }
  now_ = end;
  host_.set_time(now_);
  return std::exchange(host_.outbox(), {});
}

}  // namespace lastack::lab
