#include "lab/world.hh"

#include <algorithm>

namespace lastack::lab {

World::World(WireTraits const& wire, std::uint64_t seed) : seed_(seed), wire_(wire, seed) {}

Host& World::add(std::uint32_t address, Settings const& settings, Observer* observer) {
  return hosts_.emplace_back(address, settings, seed_, observer);
}

Host* World::host_of(std::uint32_t address) {
  auto const found = std::ranges::find(hosts_, address, &Host::address);
  return found == hosts_.end() ? nullptr : &*found;
}

void World::flush() {
  for (auto& host : hosts_) {
    host.set_time(now_);
    for (auto const& packet : host.outbox()) {
      bool const arrives = wire_.carry(packet, now_) > 0;
      if (listener_) listener_(now_, packet, !arrives);
    }
    host.outbox().clear();
  }
}

Moment World::next_event() {
  auto next = wire_.next_arrival();
  for (auto& host : hosts_) next = std::min(next, host.next_timer());
  return next;
}

void World::step(Moment at) {
  now_ = std::max(now_, at);
  while (auto const packet = wire_.arrived(now_)) {
    if (auto* host = host_of(packet->to.host)) host->arrive(*packet, now_);
  }
  for (auto& host : hosts_) host.run_timers(now_);
  flush();
}

void World::run_until(Moment end) {
  flush();
  for (auto next = next_event(); next <= end; next = next_event()) step(next);
  now_ = std::max(now_, end);
  for (auto& host : hosts_) host.set_time(now_);
}

bool World::run_to_rest(Moment end) {
  flush();
  for (auto next = next_event(); next != kNever; next = next_event()) {
    if (next > end) return false;
    step(next);
  }
  return true;
}

}  // namespace lastack::lab
