// What of all endpoints is shown, besides the filter.
#pragma once

#include <cstdint>

#include "model/endpoint.hh"

namespace lastack::ui::tui {

struct Toggles {
  bool tcp = true;
  bool udp = true;
  bool ipv4 = true;
  bool ipv6 = true;
  bool listening = true;  // LISTEN, and UDP without a peer
  bool connected = true;  // everything else
  bool loopback = true;   // both ends on loopback addresses; of listeners, their own
  model::SocketStateMask states = model::kAllSocketStates;

  bool operator==(Toggles const&) const = default;
};

[[nodiscard]] bool shows(Toggles const& toggles, model::Endpoint const& endpoint);

}  // namespace lastack::ui::tui
