// How long things last on Linux, from the settings of a network namespace.
#pragma once

#include <chrono>

#include "model/tcp_settings.hh"

namespace lastack::explain {

using Milliseconds = std::chrono::milliseconds;

// TCP_TIMEWAIT_LEN, fixed in the kernel.
inline constexpr Milliseconds kTimeWait{60'000};

struct Limits {
  Milliseconds syn{};         // until an unanswered connect() fails (tcp_syn_retries)
  Milliseconds syn_ack{};     // until a request socket is dropped (tcp_synack_retries)
  Milliseconds data{};        // until unacknowledged data end a connection (tcp_retries2); at the
                              // least: it grows with the round trip time
  Milliseconds orphan{};      // the same after close() (tcp_orphan_retries)
  Milliseconds fin_wait_2{};  // tcp_fin_timeout
  Milliseconds keepalive_idle{};
  Milliseconds keepalive{};  // idle time and all probes
};

[[nodiscard]] Limits limits_of(model::TcpSettings const& settings);

}  // namespace lastack::explain
