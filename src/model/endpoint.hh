// One endpoint: a TCP or UDP socket as the kernel reported it. A plain value of fixed
// size (a machine may have a million of them); everything of variable size lives once in
// the Snapshot and is referred to by index.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "model/address.hh"
#include "tcp/state.hh"

namespace lastack::model {

enum class Protocol : std::uint8_t { Tcp, Udp };

// The eleven TCP states in the order of tcp::State, then what only Linux knows:
// a TCP socket that is bound but neither listens nor connects (TCP_BOUND_INACTIVE),
// and a UDP socket without a peer (ss: UNCONN). A UDP socket with a peer is Established,
// as the kernel keeps it.
enum class SocketState : std::uint8_t {
  Closed,
  Listen,
  SynSent,
  SynReceived,
  Established,
  CloseWait,
  FinWait1,
  Closing,
  LastAck,
  FinWait2,
  TimeWait,
  BoundInactive,
  Unconnected,
};
inline constexpr std::size_t kSocketStateCount = 13;
static_assert(static_cast<std::size_t>(SocketState::TimeWait) + 1 == tcp::kStateCount);

[[nodiscard]] constexpr SocketState from_tcp(tcp::State state) {
  return static_cast<SocketState>(state);
}
// The RFC 9293 state; a bound, inactive socket is CLOSED. nullopt for UDP's UNCONN.
[[nodiscard]] constexpr std::optional<tcp::State> tcp_state(SocketState state) {
  if (state == SocketState::BoundInactive) return tcp::State::Closed;
  if (state == SocketState::Unconnected) return std::nullopt;
  return static_cast<tcp::State>(state);
}
[[nodiscard]] constexpr std::string_view name(SocketState state) {
  if (state == SocketState::BoundInactive) return "BOUND_INACTIVE";
  if (state == SocketState::Unconnected) return "UNCONN";
  return tcp::kStateNames[static_cast<std::size_t>(state)];
}
[[nodiscard]] constexpr std::string_view name(Protocol protocol) {
  return protocol == Protocol::Tcp ? "tcp" : "udp";
}

// A set of socket states, bit i = SocketState(i).
using SocketStateMask = std::uint16_t;
inline constexpr SocketStateMask kAllSocketStates = (1U << kSocketStateCount) - 1U;
[[nodiscard]] constexpr SocketStateMask mask_of(SocketState state) {
  return static_cast<SocketStateMask>(1U << static_cast<unsigned>(state));
}

// The timer that runs on a socket (kernel: inet_diag_msg.idiag_timer).
enum class TimerKind : std::uint8_t {
  None,
  Retransmit,  // retransmission, early retransmit or tail loss probe; SYN+ACK of a request
  Keepalive,
  TimeWait,  // 2MSL; for FIN_WAIT_2 of an orphan: tcp_fin_timeout
  Persist,   // zero window probe
};

// Why no process is named with a socket.
enum class NoOwner : std::uint8_t {
  HasOwner,
  NotAsked,        // owners were not collected
  TimeWaitSocket,  // the kernel's own: TIME_WAIT
  RequestSocket,   // the kernel's own: a handshake that is not finished (SYN_RECEIVED)
  Orphan,          // closed by its process, the kernel still finishes it (FIN_WAIT_2
                   // mini-sockets are of this kind)
  AcceptQueue,     // established, but its listener has not yet called accept()
  NotPermitted,    // some processes could not be read; one of them may own it
  NoProcess,       // every visible process was read and none has it: kernel socket, in flight,
                   // io_uring, or a process of an outer pid namespace
};
[[nodiscard]] std::string_view label(NoOwner reason);    // "(kernel)", "(orphan)", …
[[nodiscard]] std::string_view json_id(NoOwner reason);  // "time_wait", "request", …
[[nodiscard]] std::string_view explain(NoOwner reason);  // one sentence

inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

struct Endpoint {
  std::uint64_t cookie = 0;  // SO_COOKIE: never reused while the machine runs
  Flow flow;
  std::uint32_t inode = 0;  // 0: no file behind it
  std::uint32_t uid = 0;    // who created the socket; kNone: nobody (the kernel's own)
  // LISTEN: accept queue now, and its limit min(backlog, somaxconn). Else bytes.
  std::uint32_t recv_queue = 0;
  std::uint32_t send_queue = 0;
  std::uint32_t netns = 0;      // index into Snapshot::namespaces
  std::uint32_t interface = 0;  // ifindex bound to, 0: none
  std::uint32_t timer_ms = 0;   // until it fires
  std::uint32_t owners_at = 0;  // first of owner_count entries of Snapshot::owners
  std::uint32_t owner_count = 0;
  std::uint32_t details = kNone;  // index into Snapshot::details
  Protocol protocol = Protocol::Tcp;
  Family family = Family::Inet;
  SocketState state = SocketState::Closed;
  TimerKind timer = TimerKind::None;
  std::uint8_t retransmits = 0;  // of the timer; keepalive and persist: probes
  NoOwner no_owner = NoOwner::NotAsked;
  bool v6_only = false;
  bool mptcp_subflow = false;

  bool operator==(Endpoint const&) const = default;
};
static_assert(sizeof(Endpoint) <= 104, "a million endpoints must stay small");

// What only some columns need: tcp_info, memory and congestion control. Absent values are
// nullopt-like kUnknown64/kUnknown32: an older kernel, or a socket that has none.
inline constexpr std::uint32_t kUnknown32 = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint64_t kUnknown64 = std::numeric_limits<std::uint64_t>::max();

struct SocketDetails {
  std::uint64_t bytes_sent = kUnknown64;  // payload, retransmissions included
  std::uint64_t bytes_acked = kUnknown64;
  std::uint64_t bytes_received = kUnknown64;
  std::uint64_t bytes_retransmitted = kUnknown64;
  std::uint64_t pacing_rate = kUnknown64;    // bytes/s
  std::uint64_t delivery_rate = kUnknown64;  // bytes/s
  std::uint64_t cgroup_id = kUnknown64;
  std::uint32_t segs_in = kUnknown32;
  std::uint32_t segs_out = kUnknown32;
  std::uint32_t rtt_us = kUnknown32;
  std::uint32_t rttvar_us = kUnknown32;
  std::uint32_t min_rtt_us = kUnknown32;
  std::uint32_t rto_us = kUnknown32;
  std::uint32_t cwnd = kUnknown32;  // segments
  std::uint32_t ssthresh = kUnknown32;
  std::uint32_t snd_mss = kUnknown32;  // bytes
  std::uint32_t pmtu = kUnknown32;     // bytes
  std::uint32_t unacked = kUnknown32;  // segments
  std::uint32_t lost = kUnknown32;     // segments
  std::uint32_t retrans_total = kUnknown32;
  std::uint32_t last_send_ms = kUnknown32;     // ago
  std::uint32_t last_receive_ms = kUnknown32;  // ago
  std::uint32_t rcv_space = kUnknown32;
  std::uint32_t snd_wnd = kUnknown32;
  // INET_DIAG_SKMEMINFO, bytes (drops: packets)
  std::uint32_t mem_rmem = kUnknown32;
  std::uint32_t mem_rcvbuf = kUnknown32;
  std::uint32_t mem_wmem = kUnknown32;
  std::uint32_t mem_sndbuf = kUnknown32;
  std::uint32_t mem_fwd = kUnknown32;
  std::uint32_t mem_wqueued = kUnknown32;
  std::uint32_t mem_opt = kUnknown32;
  std::uint32_t mem_backlog = kUnknown32;
  std::uint32_t mem_drops = kUnknown32;
  std::uint32_t mark = kUnknown32;
  std::uint32_t tos = kUnknown32;       // IPv4 type of service, IPv6 traffic class
  std::uint32_t shutdown = kUnknown32;  // bit 0: receive side shut, bit 1: send side shut
  std::array<char, 16> congestion{};    // NUL-terminated name, "" unknown
  // Since the last segment of the peer with an ACK, ago: for so long at least, a connection that
  // the peer has closed has been closed by it.
  std::uint32_t last_ack_ms = kUnknown32;
};

}  // namespace lastack::model
