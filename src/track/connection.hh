// One connection (or listener) of the live table: its life, and what the table must know besides.
#pragma once

#include <cstdint>

#include "model/life.hh"

namespace lastack::track {

using model::Hop;
using model::OwnerSource;
using model::Side;

inline constexpr std::uint64_t kTimeWaitLength = 60'000'000'000;  // ns, TCP_TIMEWAIT_LEN

struct Connection : model::Life {
  std::uint64_t last_event_ns = 0;  // the last that was heard of it
  std::uint64_t confirmed_ns = 0;   // when a dump that had it was begun
  std::uint64_t fires_ns = 0;       // mini-sockets: when their timer ends them
  std::uint64_t pending_ns = 0;     // when its timer went away, and what follows decides; 0: no
  std::uint32_t generation = 0;     // of the slot: odd while in use
  bool in_use = false;
  bool by_flow = false;       // stands in the index of flows
  bool aside = false;         // a new incarnation has its cookie: it is known by its flow
  bool is_held = false;       // its step to SYN_SENT is not told yet: the port is not known
  bool from_cookie = false;   // no request was seen before it
  bool is_new = false;        // since changes were last taken
  bool is_touched = false;    // stands among the changed ones
  bool missing_once = false;  // the last reconciliation did not find it
};
static_assert(sizeof(Connection) <= 320, "half a million connections must stay small");

}  // namespace lastack::track
