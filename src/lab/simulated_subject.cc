#include "lab/simulated_subject.hh"

namespace lastack::lab {

std::vector<Packet> SimulatedSubject::settle(Span span) {
  auto const end = now_ + span;
  for (auto next = host_.next_timer(); next <= end; next = host_.next_timer()) {
    host_.run_timers(next);
  }
  now_ = end;
  host_.set_time(now_);
  return std::exchange(host_.outbox(), {});
}

}  // namespace lastack::lab
