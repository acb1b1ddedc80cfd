// Hosts on one wire, and the time that passes for all of them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "lab/host.hh"
#include "lab/wire.hh"

namespace lastack::lab {

class World {
 public:
  // Hears of each packet that a host sends, and whether it was lost.
  using Listener = std::function<void(Moment, Packet const&, bool lost)>;

  explicit World(WireTraits const& wire = {}, std::uint64_t seed = 1);

  Host& add(std::uint32_t address, Settings const& settings, Observer* observer = nullptr);
  [[nodiscard]] Moment now() const { return now_; }
  void listen(Listener listener) { listener_ = std::move(listener); }

  // After calls: what the hosts have to send goes on the wire.
  void flush();
  void run_until(Moment end);
  void run_for(Span span) { run_until(now_ + span); }
  // Until nothing is on its way and no timer runs, or `end`. True: all came to rest.
  bool run_to_rest(Moment end);

 private:
  [[nodiscard]] Moment next_event();
  void step(Moment at);
  [[nodiscard]] Host* host_of(std::uint32_t address);

  std::uint64_t seed_;
  Wire wire_;
  Moment now_;
  std::deque<Host> hosts_;
  Listener listener_;
};

}  // namespace lastack::lab
