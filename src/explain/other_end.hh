// Both ends of a connection, where both are on this machine.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>

#include "model/snapshot.hh"

namespace lastack::explain {

// Finds the endpoint whose local end is the remote end of another. Refers to the snapshot.
class OtherEnds {
 public:
  explicit OtherEnds(model::Snapshot const& snapshot);

  // nullptr: not on this machine, or no connection. In the same namespace before others: the same
  // addresses may occur in several.
  [[nodiscard]] model::Endpoint const* of(model::Endpoint const& endpoint) const;
  // The listener that such a connection may have come to; nullptr: none listens there now.
  [[nodiscard]] model::Endpoint const* listener_of(model::Endpoint const& endpoint) const;

 private:
  model::Snapshot const* snapshot_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_flow_;
  std::unordered_multimap<std::uint32_t, std::uint32_t> listeners_;  // by port
};

}  // namespace lastack::explain
