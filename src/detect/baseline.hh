// What is known to be usual on a machine: which programs talk, and which listen where. Learned
// once, compared afterwards.
#pragma once

#include <compare>
#include <cstdint>
#include <set>
#include <string>

#include "model/endpoint.hh"

namespace lastack::model {
struct Snapshot;
}

namespace lastack::detect {

struct KnownListener {
  std::string program;  // path of the executable; the name in brackets where there is none
  model::Protocol protocol = model::Protocol::Tcp;
  std::uint16_t port = 0;
  bool everywhere = false;  // on every address
  auto operator<=>(KnownListener const&) const = default;
};

struct Baseline {
  std::set<std::string> talkers;  // programs with connections, by the path of the executable
  std::set<KnownListener> listeners;

  [[nodiscard]] bool empty() const { return talkers.empty() && listeners.empty(); }
};

// Adds what the snapshot shows; Fact::Exe and Owners are needed. Returns how much was new.
std::size_t learn(Baseline& baseline, model::Snapshot const& snapshot);

}  // namespace lastack::detect
