// What is found out about a port by connecting to it, as plain values: what was asked, what
// happened step by step, and the verdict.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/cause.hh"
#include "model/endpoint.hh"

namespace lastack::model {

// One address and port to connect to.
struct ProbeTarget {
  std::string host;  // as it was asked for, unescaped
  Address address;
  std::uint32_t scope = 0;  // interface of a link-local IPv6 address; 0: none
  std::uint16_t port = 0;   // host order
  Family family = Family::Inet;
  std::string unresolved;  // why the host has no address; then there is nothing to connect to

  bool operator==(ProbeTarget const&) const = default;
};

enum class ProbeVerdict : std::uint8_t {
  Open,              // and it said something, or nobody listened to it
  OpenSilent,        // accepted, and nothing came within the time for a banner
  OpenClosed,        // accepted, and closed at once without a word
  ResetAfterAccept,  // accepted, and reset without a word
  AcceptQueueFull,   // its program does not call accept() fast enough
  Refused,           // a RST answered
  Filtered,          // nothing answered
  Unreachable,       // ICMP answered, or the network could not deliver
  NameNotResolved,
  NoRoute,       // this machine has no way there
  NoLocalPort,   // no local port is left for the connection
  BadSource,     // the source address asked for is not of this machine
  NotPermitted,  // this machine's own rules forbid it
  LocalError,    // anything else that failed here
  Cancelled,     // ended before anything was known
};
inline constexpr std::size_t kProbeVerdictCount =
    static_cast<std::size_t>(ProbeVerdict::Cancelled) + 1;

[[nodiscard]] std::string_view name(ProbeVerdict verdict);  // "open_silent", as in JSON
// A connection came about.
[[nodiscard]] bool is_open(ProbeVerdict verdict);

// How far an attempt came.
enum class ProbeStage : std::uint8_t { Resolve, Open, Bind, Connect, Handshake, Established };
[[nodiscard]] std::string_view name(ProbeStage stage);

// What the peer did with the connection, as far as it was looked at.
enum class PeerEnd : std::uint8_t { Stayed, Closed, Reset };
[[nodiscard]] std::string_view name(PeerEnd end);

// An ICMP error that came back for a SYN.
struct IcmpError {
  Family family = Family::Inet;
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  Address from;      // who sent it
  bool own = false;  // this machine itself: the neighbour did not answer, or its own firewall
  bool operator==(IcmpError const&) const = default;
};
[[nodiscard]] std::string_view name(IcmpError const& icmp);  // "host_unreachable"

// The listener that the probe goes to, where it is on this machine.
struct ProbeListener {
  std::uint32_t queue = 0;      // connections that wait for accept()
  std::uint32_t limit = 0;      // min(backlog, somaxconn)
  bool handshake_kept = false;  // the request of this probe is still in SYN_RECEIVED there
  std::string netns;            // its namespace, where that is another; ""
  // The kernel lets one more in than the limit says (sk_acceptq_is_full()).
  [[nodiscard]] bool is_full() const { return queue > limit; }
  bool operator==(ProbeListener const&) const = default;
};

struct ProbeResult {
  ProbeVerdict verdict = ProbeVerdict::Cancelled;
  ProbeStage stage = ProbeStage::Resolve;
  bool timed_out = false;
  PeerEnd peer_end = PeerEnd::Stayed;
  bool banner_cut = false;     // more came than is kept
  bool banner_waited = false;  // the peer was given time to speak
  Family family = Family::Inet;
  int error = 0;                 // errno, of this stage
  Flow flow;                     // as this side has it; local: 0 where it was not chosen
  std::uint64_t started_ns = 0;  // CLOCK_MONOTONIC: just before connect()
  std::uint64_t ended_ns = 0;
  std::optional<std::uint64_t> handshake_ns;  // from connect() until it was seen to be established
  std::optional<std::uint64_t> banner_ns;     // from established to the first byte
  std::uint32_t rtt_us = kUnknown32;          // tcp_info: the kernel's own measurement
  std::uint32_t syns_sent = 0;                // retransmissions included; 0: not known
  std::optional<IcmpError> icmp;
  std::optional<ProbeListener> listener;
  bool peer_is_here = false;  // the address is of this machine, in whatever namespace
  std::string banner;         // bytes as they came
  std::string problem;        // in words, where there is more to say than an errno
};

// Something that happened during a probe.
struct ProbeStep {
  enum class Kind : std::uint8_t {
    // what the socket tells
    ConnectCalled,
    Established,
    Failed,  // `error`
    Icmp,
    Sent,    // `bytes`
    Banner,  // `bytes`
    PeerClosed,
    PeerReset,
    Closed,  // by us
    // what the kernel's events tell: `from`, `to`, `cause`
    Transition,
  };

  std::uint64_t time_ns = 0;  // CLOCK_MONOTONIC
  Kind kind = Kind::Transition;
  bool other_end = false;  // of the peer, which is on this machine
  bool inferred = false;
  SocketState from = SocketState::Closed;
  SocketState to = SocketState::Closed;
  Cause cause = Cause::Unknown;
  int error = 0;
  std::uint64_t bytes = 0;
  std::optional<IcmpError> icmp{};
  std::string process{};  // "nginx[812]", printable; "": not known
  std::string netns{};    // of a transition in another namespace; ""
};
[[nodiscard]] std::string_view name(ProbeStep::Kind kind);

}  // namespace lastack::model
