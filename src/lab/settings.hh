// What a host is set to, by the names of its sysctls, and what differs between the readings.
#pragma once

#include <cstdint>

#include "lab/moment.hh"
#include "tcp/reading.hh"

namespace lastack::lab {

struct Settings {
  tcp::Reading const* reading = &tcp::kLinux;

  // handshake
  std::uint32_t somaxconn = 4096;
  std::uint32_t max_syn_backlog = 4096;
  std::uint8_t syncookies = 1;  // 0: never, 1: where the queue is full, 2: always
  bool abort_on_overflow = false;
  bool limits_queues = true;  // false: the standard knows no queues
  std::uint8_t syn_retries = 6;
  std::uint8_t syn_linear_timeouts = 4;  // first, without doubling
  std::uint8_t synack_retries = 5;

  // retransmission (RFC 6298)
  Span rto_initial = seconds(1);
  Span rto_min = milliseconds(200);
  Span rto_max = seconds(120);
  Span rto_after_syn = {};          // RFC 6298 5.7: at least that after a SYN was sent again
  std::uint8_t retries2 = 15;       // of text and FIN, as long as doubling from rto_min takes
  std::uint8_t orphan_retries = 8;  // likewise, without a process; the sysctl's 0 is 8
  Span give_up = {};                // instead of counting: R2 of RFC 9293 3.8.3; 0: count
  Span give_up_syn = {};            // likewise of a SYN

  // closing
  Span time_wait = seconds(60);
  Span fin_timeout = seconds(60);
  bool rfc1337 = false;
  bool closes_with_reset = true;  // unread data at close(), SO_LINGER 0

  // keepalive
  Span keepalive_time = seconds(7200);
  Span keepalive_interval = seconds(75);
  std::uint8_t keepalive_probes = 9;

  Span delayed_ack = {};  // 0: at once
  Span quiet_time = {};   // after a start: nothing may be opened so long (RFC 9293 3.4.3)
  std::uint32_t receive_buffer = 65535;
  std::uint32_t send_buffer = 1U << 20U;  // octets that are not acknowledged yet
  std::uint16_t mss = 1460;
  std::uint32_t initial_window = 10;  // segments (RFC 6928)
};

// Linux' defaults, or what RFC 9293, 6298 and 1122 say.
[[nodiscard]] Settings settings_of(tcp::Reading const& reading);

}  // namespace lastack::lab
