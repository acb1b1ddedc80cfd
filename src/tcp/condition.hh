// What a rule may depend on besides state and event: a closed vocabulary, so that every reader of
// the table (machine, printer, diagram) can understand it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lastack::tcp {

enum class Condition : std::uint8_t {
  // of the reading
  Rfc5961,     // blind-attack mitigations
  AppendixA2,  // RFC 9293 appendix A.2: the ACK of a segment just before the window counts
  // of the connection
  Passive,      // SYN_RECEIVED came from LISTEN
  Request,      // Linux: still a request socket
  Orphan,       // Linux: the process has closed it and can read nothing any more
  Deaf,         // Linux: closed, or shut down for reading: no process will read
  Mini,         // Linux: FIN_WAIT_2 or TIME_WAIT kept as a mini-socket
  FinAcked,     // our FIN is acknowledged
  UnsentData,   // the send queue is not empty, or has no room for a FIN on the wire
  Flowing,      // Linux: text has come before, and no gap is open: header prediction works
  DataOnHand,   // received and not yet read
  RemoteGiven,  // the call names a remote socket
  CloseResets,  // Linux: unread data, or SO_LINGER with a time of 0
  NoLinger2,    // Linux: TCP_LINGER2 is negative
  // of the machine's settings and room
  Rfc1337,          // net.ipv4.tcp_rfc1337 = 1
  AcceptQueueFull,  // of the listener
  AbortOnOverflow,  // net.ipv4.tcp_abort_on_overflow = 1
  DeferAccept,      // TCP_DEFER_ACCEPT on the listener
  SynQueueFull,     // and no SYN cookies
  SynCookies,       // the handshake is kept in the sequence number alone
  // of the segment
  HasRst,
  HasAck,
  HasFin,
  HasSyn,
  HasText,
  HasLength,       // SEG.LEN > 0
  SynAlone,        // SYN and no other flag
  JustBefore,      // SEG.SEQ = RCV.NXT - 1
  Abuts,           // SEG.LEN > 0 and SEG.SEQ + SEG.LEN = RCV.NXT
  After,           // SEG.SEQ > RCV.NXT
  Straddles,       // begins before RCV.NXT and ends after it
  AckAcceptable,   // SND.UNA < SEG.ACK =< SND.NXT
  AckRepeated,     // SEG.ACK = SND.UNA
  WindowClosed,    // RCV.WND = 0 and SEG.SEQ = RCV.NXT
  TimestampLater,  // RFC 6191: a later timestamp than any of the old connection
  CookieGood,      // SEG.ACK is a SYN cookie of ours
  Predicted,       // Linux: text at RCV.NXT, ACK and at most PSH, the window as before
};
inline constexpr std::size_t kConditionCount = static_cast<std::size_t>(Condition::Predicted) + 1;

[[nodiscard]] constexpr Condition condition_at(std::size_t index) {
  return static_cast<Condition>(index);
}

// A set of conditions as a bit mask.
class Conditions {
 public:
  constexpr Conditions() = default;
  constexpr Conditions(Condition condition)  // NOLINT(google-explicit-constructor): a set of one
      : bits_(std::uint64_t{1} << static_cast<unsigned>(condition)) {}

  [[nodiscard]] constexpr bool has(Condition condition) const {
    return ((bits_ >> static_cast<unsigned>(condition)) & 1U) != 0;
  }
  [[nodiscard]] constexpr bool has_all(Conditions others) const {
    return (bits_ & others.bits_) == others.bits_;
  }
  [[nodiscard]] constexpr bool has_any(Conditions others) const {
    return (bits_ & others.bits_) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr std::uint64_t bits() const { return bits_; }
  constexpr void set(Condition condition, bool on = true) {
    auto const bit = Conditions(condition).bits_;
    bits_ = on ? bits_ | bit : bits_ & ~bit;
  }

  friend constexpr Conditions operator|(Conditions a, Conditions b) {
    Conditions both;
    both.bits_ = a.bits_ | b.bits_;
    return both;
  }
  friend constexpr Conditions operator-(Conditions a, Conditions b) {
    Conditions rest;
    rest.bits_ = a.bits_ & ~b.bits_;
    return rest;
  }
  constexpr Conditions& operator|=(Conditions other) { return *this = *this | other; }
  constexpr bool operator==(Conditions const&) const = default;

 private:
  std::uint64_t bits_ = 0;
};
[[nodiscard]] constexpr Conditions operator|(Condition a, Condition b) {
  return Conditions(a) | Conditions(b);
}

// All of `all`, and none of `none`.
struct When {
  Conditions all;
  Conditions none;

  [[nodiscard]] constexpr bool holds(Conditions facts) const {
    return facts.has_all(all) && !facts.has_any(none);
  }
  constexpr bool operator==(When const&) const = default;
};
inline constexpr When kAlways{};
[[nodiscard]] constexpr When when(Conditions all) { return {all, {}}; }
[[nodiscard]] constexpr When unless(Conditions none) { return {{}, none}; }

[[nodiscard]] std::string_view name(Condition condition);

}  // namespace lastack::tcp
