// What a filter asks of every endpoint that it can match, in the terms in which the kernel can
// be asked for a part of its sockets. Necessary, not sufficient: nothing outside matches.
#pragma once

#include "model/endpoint.hh"

namespace lastack::filter {

struct Pushdown {
  model::SocketStateMask states = model::kAllSocketStates;
  bool inet = true;  // the endpoint's family; v4-mapped endpoints are inet6
  bool inet6 = true;
  bool tcp = true;
  bool udp = true;

  [[nodiscard]] static constexpr Pushdown nothing() { return {0, false, false, false, false}; }
  // True where no endpoint can be inside.
  [[nodiscard]] constexpr bool empty() const {
    return states == 0 || !(inet || inet6) || !(tcp || udp);
  }
  bool operator==(Pushdown const&) const = default;
};

[[nodiscard]] constexpr Pushdown intersection(Pushdown const& a, Pushdown const& b) {
  Pushdown const both{static_cast<model::SocketStateMask>(a.states & b.states), a.inet && b.inet,
                      a.inet6 && b.inet6, a.tcp && b.tcp, a.udp && b.udp};
  return both.empty() ? Pushdown::nothing() : both;
}

// The smallest pushdown that holds both.
[[nodiscard]] constexpr Pushdown hull(Pushdown const& a, Pushdown const& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {static_cast<model::SocketStateMask>(a.states | b.states), a.inet || b.inet,
          a.inet6 || b.inet6, a.tcp || b.tcp, a.udp || b.udp};
}

}  // namespace lastack::filter
