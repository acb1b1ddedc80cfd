// What the kernel reported about one TCP socket at one moment, as plain values: what comes out
// of capture/ and goes into track/.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/endpoint.hh"

namespace lastack::model {

// A process that acted on a socket, as it was at that moment.
struct Actor {
  std::uint64_t start_ns = 0;   // since boot; with the pid it names one process for ever
  std::uint32_t pid = 0;        // in lastack's pid namespace, 0: it has none there
  std::uint32_t uid = 0;        // effective
  std::array<char, 16> comm{};  // of the thread group leader, NUL-terminated unless full

  [[nodiscard]] std::string_view name() const {
    std::string_view const all(comm.data(), comm.size());
    return all.substr(0, all.find('\0'));
  }
};

// What a connection has carried in all.
struct Totals {
  std::uint64_t bytes_sent = 0;  // payload, retransmissions included
  std::uint64_t bytes_received = 0;
  std::uint32_t segs_out = 0;
  std::uint32_t segs_in = 0;
  std::uint32_t retransmits = 0;  // segments
  std::uint32_t srtt_us = 0;      // 0: never measured

  bool operator==(Totals const&) const = default;
};

// A request socket is a handshake that is not finished. A mini-socket is what remains of a
// connection in TIME_WAIT, and of an orphan in FIN_WAIT_2. Both have but a timer to tell of them.
enum class EventKind : std::uint8_t {
  State,  // a full socket goes from `from` to `to`
  RequestArmed,
  RequestDisarmed,
  RequestFired,
  MiniArmed,
  MiniDisarmed,
  MiniFired,
  Accepted,    // `actor` has taken the connection
  PortChosen,  // of a connect() that left the port to the kernel
};
inline constexpr std::size_t kEventKindCount = 9;
inline constexpr std::array<std::string_view, kEventKindCount> kEventKindNames{
    "state",         "request_armed", "request_disarmed", "request_fired", "mini_armed",
    "mini_disarmed", "mini_fired",    "accepted",         "port_chosen"};
[[nodiscard]] constexpr std::string_view name(EventKind kind) {
  return kEventKindNames[static_cast<std::size_t>(kind)];
}

// What the kernel was doing, read off its stack: why a request or mini-socket lost its timer, or a
// listener or a socket in SYN_SENT was closed.
enum class Caller : std::uint8_t {
  Unknown,
  TimerWheel,   // the timer expires, or is set anew: not an end
  Destroy,      // sock_diag destroy, as `ss -K` does
  Segment,      // the checks of an arriving segment: a RST
  Receiver,     // what follows those checks: a new SYN, data after close(), no listener any more
  TakeOver,     // a connect() that takes over the port
  NetnsExit,    // the network namespace is removed
  ListenerEnd,  // the listener is closed
  Handshake,    // the request became a connection, or could not
  ListenCall,
  ConnectCall,
  ShutdownCall,
  DisconnectCall,
  CloseCall,
  FinStep,         // the peer's FIN is taken: the step to TIME_WAIT
  KeepaliveTimer,  // which also ends FIN_WAIT_2
};

struct SocketEvent {
  enum Flag : std::uint16_t {
    Owned = 1U << 0,        // `actor` held the socket's lock: it acts on the socket
    FileClosing = 1U << 1,  // its last descriptor is gone
    Exiting = 1U << 2,      // `actor` is ending
    KernelTask = 1U << 3,   // `actor` is a kernel thread
    Orphan = 1U << 4,       // no process has it any more
    LingerReset = 1U << 5,  // SO_LINGER with a time of 0
    Retransmitted = 1U << 6,
    Probing = 1U << 7,  // keepalive or zero window probes were sent
    Unacked = 1U << 8,  // segments are in flight
    Subflow = 1U << 9,  // of a Multipath TCP connection
    NetnsDying = 1U << 10,
    NoFile = 1U << 11,  // only with Owned: no file behind it
    V6Only = 1U << 12,
    Unsent = 1U << 13,           // data waits that the peer's window has no room for
    AcceptQueueFull = 1U << 14,  // of the listener, when a request is dropped
    ResetSent = 1U << 15,        // a RST has just been sent, when a request is dropped
  };

  std::uint64_t time_ns = 0;      // CLOCK_MONOTONIC
  std::uint64_t cookie = 0;       // 0: a request that has none yet
  std::uint64_t listener = 0;     // cookie, of a request; 0: unknown
  std::uint64_t fires_in_ms = 0;  // the timer of a mini-socket
  Flow flow;
  std::uint32_t netns_inode = 0;
  std::uint32_t inode = 0;  // only with Owned
  std::uint32_t uid = 0;
  std::uint32_t interface = 0;
  std::uint16_t error = 0;  // errno
  std::uint16_t flags = 0;
  Family family = Family::Inet;
  EventKind kind = EventKind::State;
  SocketState from = SocketState::Closed;
  SocketState to = SocketState::Closed;  // of small sockets: the state they are in
  Caller caller = Caller::Unknown;
  std::uint8_t retries = 0;      // requests: SYN+ACKs that went unanswered
  std::uint8_t shutdown = 0;     // bit 0: receiving, bit 1: sending
  bool time_wait_full = false;   // no room for one more TIME_WAIT; told where `caller` is, too
  Actor const* actor = nullptr;  // both live as long as the call that hands the event over
  Totals const* totals = nullptr;

  [[nodiscard]] bool has(Flag flag) const { return (flags & flag) != 0; }
};

}  // namespace lastack::model
