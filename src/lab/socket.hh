// What a host keeps of one socket: the control block of RFC 9293, and around it what a program has
// asked for, text that waits, and timers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "lab/errors.hh"
#include "lab/flight.hh"
#include "lab/moment.hh"
#include "lab/packet.hh"
#include "lab/round_trip.hh"
#include "lab/text_ahead.hh"
#include "tcp/machine.hh"

namespace lastack::lab {

using SocketId = std::uint32_t;
inline constexpr SocketId kNoSocket = 0xffffffffU;

// By the names of socket(7) and tcp(7); a Span of 0 is the host's.
struct Options {
  std::optional<Span> linger{};   // SO_LINGER; nullopt: off
  std::optional<Span> linger2{};  // negative: no FIN_WAIT_2 after close()
  Span keep_idle{};
  Span keep_interval{};
  Span user_timeout{};
  std::uint8_t keep_count = 0;
  bool keepalive = false;
  bool reuse_address = false;
  bool defer_accept = false;
  bool no_delay = false;
};

struct Listening {
  std::uint32_t backlog = 0;
  std::uint32_t requests = 0;     // handshakes that are not finished
  std::deque<SocketId> accepted;  // wait for accept(), the first first
  Moment cookies_until;           // SYN cookies were sent lately

  // One more than the backlog is let in (kernel: sk_acceptq_is_full()).
  [[nodiscard]] bool is_full() const { return accepted.size() > backlog; }
};

struct Timers {
  Moment retransmit = kNever;  // or the zero-window probe
  Moment delayed_ack = kNever;
  Moment keepalive = kNever;
  Moment closing = kNever;  // 2MSL, or FIN_WAIT_2

  [[nodiscard]] Moment next() const {
    return std::min(std::min(retransmit, delayed_ack), std::min(keepalive, closing));
  }
};

// What is on its way.
struct Sending {
  tcp::Seq end;     // behind the last octet that the program has written
  tcp::Seq resend;  // after a timeout: what is to be sent again next, up to `recover`
  tcp::Seq recover;
  Flight flight;
  bool fin_wanted = false;
  bool recovering = false;
  bool timed_out = false;            // all that is on its way counts as lost, not only the head
  std::uint8_t duplicates = 0;       // acknowledgments of nothing new, in a row
  std::uint32_t window = 0;          // congestion window, octets
  std::uint32_t acked = 0;           // octets acknowledged in all, at most 2^31
  std::uint32_t largest_window = 0;  // that the peer ever offered
  tcp::Seq small_end;                // behind the last segment that was not full
  std::uint32_t threshold = 0xffffffffU;

  std::uint8_t retries = 0;     // of the head, or probes
  Moment again_since = kNever;  // the head was sent again first, or probed for first
  Moment timed_at = kNever;     // when `timed` was sent, for the round trip (Karn)
  tcp::Seq timed;
};

struct Receiving {
  std::uint32_t unread = 0;  // octets that the program may read
  std::uint64_t total = 0;   // octets delivered in all
  TextAhead ahead;
  bool fin_seen = false;
  bool shut = false;                // SHUT_RD
  std::uint8_t unacknowledged = 0;  // segments, while the ACK is delayed
};

// What connect() has come to (kernel: socket_state).
enum class Phase : std::uint8_t { Unconnected, Connecting, Connected };

struct Socket {
  tcp::Tcb tcb;
  Flow flow;
  Options options;
  Sending sending;
  Receiving receiving;
  RoundTrip round_trip;
  Timers timers;
  Moment alarm = kNever;    // the entry in the host's heap that stands for it
  std::uint8_t probes = 0;  // keepalives without an answer
  Moment heard_at;          // something of the peer
  std::uint16_t peer_mss = 536;
  SocketId parent = kNoSocket;  // the listener, until accept()
  std::unique_ptr<Listening> listening;
  Error error = Error::None;  // SO_ERROR
  bool in_use = false;        // this place of the pool
  bool open = false;          // a process holds it
  bool bound = false;
  bool named = false;  // by bind(): it keeps its port as long as a process has it
  Phase phase = Phase::Unconnected;
  bool by_flow = false;  // can be found by its flow
};

}  // namespace lastack::lab
