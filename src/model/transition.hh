// One state change of one connection.
#pragma once

#include <cstdint>

#include "model/cause.hh"
#include "model/endpoint.hh"

namespace lastack::model {

struct Transition {
  std::uint64_t time_ns = 0;            // CLOCK_MONOTONIC
  std::uint64_t dwell_ns = kUnknown64;  // how long it was in `from`
  SocketState from = SocketState::Closed;
  SocketState to = SocketState::Closed;
  Cause cause = Cause::Unknown;
  bool inferred = false;  // derived from what was seen, not seen itself
  // Where inferred: it happened between then and `time_ns`. 0: not known.
  std::uint64_t not_before_ns = 0;
};

}  // namespace lastack::model
