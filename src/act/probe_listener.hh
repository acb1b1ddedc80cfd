// The other end of a probe, where it is on this machine: its listener and what waits there. Looks
// into every network namespace that may be entered.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.hh"
#include "capture/sock_diag/session.hh"
#include "model/probe.hh"

namespace lastack::act {

class LocalPeers {
 public:
  // `netns`: where the probes are made; nullptr: where the caller is. What cannot be looked into
  // is as if it were another machine. The calling thread goes into each namespace and comes back.
  explicit LocalPeers(base::Fd const* netns);

  // The address is of this machine.
  [[nodiscard]] bool has(model::ProbeTarget const& target) const {
    return place_of(target) != none;
  }
  // The listener as it is now; nullopt: nobody listens there, or it cannot be seen.
  [[nodiscard]] std::optional<model::ProbeListener> listener_of(model::ProbeTarget const& target,
                                                                model::Flow const& flow);

 private:
  struct Place {
    std::string label;
    bool own = false;  // where the probes are made
    std::set<std::pair<model::Family, model::Address>> addresses;
    capture::sock_diag::Session session;
  };
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  void add(base::Fd const& descriptor, std::string label, bool own);
  [[nodiscard]] std::size_t place_of(model::ProbeTarget const& target) const;

  std::vector<Place> places_;
};

}  // namespace lastack::act
