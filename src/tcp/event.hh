// Everything that can happen to a connection: RFC 9293 section 3.10. One arriving segment raises
// several of these, one a check, in the order of section 3.10.7.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/phrase.hh"

namespace lastack::tcp {

enum class Event : std::uint8_t {
  // calls of the user (3.10.1 to 3.10.6)
  OpenPassive,
  OpenActive,
  Send,
  Receive,
  Close,
  Abort,
  Status,
  // what the checks of an arriving segment find (3.10.7)
  NewSyn,           // in TIME_WAIT: a SYN that may begin a new connection
  SeqUnacceptable,  // no octet of it is in the window
  Rst,              // a reset that counts
  RstElsewhere,     // RFC 5961: in the window, but not exactly at RCV.NXT
  SecurityMismatch,
  Syn,
  SynAck,     // in SYN_SENT: SYN with an acceptable ACK
  AckOff,     // the ACK bit is off
  AckStray,   // the ACK bit is on, and there is no connection to compare with
  AckTooOld,  // RFC 5961: before SND.UNA - MAX.SND.WND
  AckOld,     // up to SND.UNA: nothing new
  AckNew,     // acknowledges data
  AckOfSyn,   // acknowledges our SYN
  AckOfFin,   // acknowledges our FIN
  AckFuture,  // of something never sent
  Urgent,
  Text,          // text at RCV.NXT
  TextAhead,     // text or FIN beyond a gap
  TextOld,       // nothing in it is new
  TextNoRoom,    // text or FIN, and our window is closed
  Fin,           // in order
  OtherSegment,  // neither SYN nor RST, where only those count
  // timeouts (3.10.8) and what stands beside them (3.8.3, 3.8.4, 3.8.6.1)
  UserTimeout,
  RetransmissionTimeout,
  RetransmissionLimit,
  ProbeTimeout,
  KeepaliveTimeout,
  KeepaliveLimit,
  TimeWaitTimeout,
  // what the RFC does not know; only the Linux overlay has rows that do something
  FinWait2Timeout,
  ListenerClosed,
  Destroyed,
  PortTaken,
};
inline constexpr std::size_t kEventCount = static_cast<std::size_t>(Event::PortTaken) + 1;

[[nodiscard]] constexpr Event event_at(std::size_t index) { return static_cast<Event>(index); }

enum class EventKind : std::uint8_t { Call, Segment, Timer, Kernel };

struct EventText {
  std::string_view id;   // in matrices and JSON
  base::Phrase label;    // in a diagram, as figure 5 writes it: "rcv SYN"
  base::Phrase meaning;  // half a sentence: "a SYN arrives"
};

[[nodiscard]] constexpr EventKind kind_of(Event event) {
  if (event <= Event::Status) return EventKind::Call;
  if (event <= Event::OtherSegment) return EventKind::Segment;
  return event <= Event::FinWait2Timeout ? EventKind::Timer : EventKind::Kernel;
}

// A set of events as a bit mask.
class EventSet {
 public:
  constexpr EventSet() = default;
  constexpr EventSet(Event event)  // NOLINT(google-explicit-constructor): an event is a set of one
      : bits_(std::uint64_t{1} << static_cast<unsigned>(event)) {}

  [[nodiscard]] constexpr bool has(Event event) const {
    return ((bits_ >> static_cast<unsigned>(event)) & 1U) != 0;
  }
  [[nodiscard]] constexpr int size() const { return std::popcount(bits_); }
  [[nodiscard]] constexpr std::uint64_t bits() const { return bits_; }

  friend constexpr EventSet operator|(EventSet a, EventSet b) {
    EventSet both;
    both.bits_ = a.bits_ | b.bits_;
    return both;
  }
  constexpr bool operator==(EventSet const&) const = default;

 private:
  std::uint64_t bits_ = 0;
};
[[nodiscard]] constexpr EventSet operator|(Event a, Event b) { return EventSet(a) | EventSet(b); }
static_assert(kEventCount <= 64);

[[nodiscard]] EventText const& describe(Event event);

}  // namespace lastack::tcp
