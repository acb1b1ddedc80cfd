#include "track/causes.hh"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

namespace lastack::track {
namespace {

using model::Cause;
using model::SocketEvent;
using model::SocketState;
using enum model::SocketState;

struct EdgeCause {
  SocketState from;
  SocketState to;
  Cause cause;
};

// Edges that have one cause only.
constexpr auto kPlain = std::to_array<EdgeCause>({
    {Closed, Listen, Cause::Listen},
    {Closed, SynSent, Cause::Connect},
    {Listen, SynReceived, Cause::Syn},
    {TimeWait, SynReceived, Cause::Syn},
    {SynSent, SynReceived, Cause::Syn},
    {SynSent, Established, Cause::SynAck},
    {SynReceived, Established, Cause::Ack},
    {Established, CloseWait, Cause::Fin},
    {FinWait1, FinWait2, Cause::Ack},
    {FinWait1, Closing, Cause::Fin},
    {FinWait1, TimeWait, Cause::FinAck},
    {FinWait2, TimeWait, Cause::Fin},
    {Closing, TimeWait, Cause::Ack},
});

// Those that a call of the process makes.
constexpr auto kByCall = std::to_array<EdgeCause>({
    {SynReceived, FinWait1, Cause::Close},
    {Established, FinWait1, Cause::Close},
    {CloseWait, LastAck, Cause::Close},
});

template <std::size_t N>
std::optional<Cause> find(std::array<EdgeCause, N> const& table, SocketState from, SocketState to) {
  auto const* found = std::ranges::find_if(
      table, [&](EdgeCause const& each) { return each.from == from && each.to == to; });
  if (found == table.end()) return std::nullopt;
  return found->cause;
}

// How the last descriptor went.
Cause closing(SocketEvent const& event) {
  return event.has(SocketEvent::Exiting) ? Cause::Exit : Cause::Close;
}

Cause call_of(SocketEvent const& event) {
  if (!event.has(SocketEvent::Owned)) return Cause::Shutdown;  // put off until the handshake ended
  bool const closed = event.has(SocketEvent::FileClosing) || event.has(SocketEvent::NoFile);
  return closed ? closing(event) : Cause::Shutdown;
}

Cause given_up(SocketEvent const& event, SocketState from) {
  bool const handshake = from == SynSent || from == SynReceived;
  if (handshake || event.has(SocketEvent::Retransmitted) || event.has(SocketEvent::Unacked)) {
    return Cause::RetransmissionLimit;
  }
  if (!event.has(SocketEvent::Probing)) return Cause::RetransmissionLimit;
  return event.has(SocketEvent::Unsent) ? Cause::ProbeLimit : Cause::KeepaliveLimit;
}

std::optional<Cause> cause_of_error(SocketEvent const& event) {
  switch (event.error) {
    case 0: return std::nullopt;
    case ECONNRESET:
    case EPIPE: return Cause::Rst;
    case ECONNREFUSED: return Cause::Refused;
    case ETIMEDOUT: return given_up(event, event.from);
    case ECONNABORTED: return Cause::Destroyed;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case ENOPROTOOPT: return Cause::Unreachable;
    default: return Cause::OtherError;
  }
}

// A listener, or a connect() under way: what was called is on the stack.
Cause closed_before_connected(SocketEvent const& event) {
  if (event.has(SocketEvent::FileClosing)) return closing(event);
  switch (event.caller) {
    case model::Caller::ListenCall: return Cause::ListenFailed;
    case model::Caller::ConnectCall: return Cause::ConnectFailed;
    case model::Caller::ShutdownCall: return Cause::Shutdown;
    case model::Caller::DisconnectCall: return Cause::Disconnect;
    case model::Caller::CloseCall: return closing(event);
    case model::Caller::Destroy: return Cause::Destroyed;
    default: return Cause::Unknown;
  }
}

// The process ended or reset it by a call; its error is 0.
Cause closed_by_call(SocketEvent const& event) {
  if (event.from == Listen || event.from == SynSent) return closed_before_connected(event);
  if (event.has(SocketEvent::FileClosing)) {
    return event.has(SocketEvent::LingerReset) ? Cause::LingerReset : Cause::UnreadData;
  }
  return Cause::Disconnect;
}

// FIN_WAIT_2 or CLOSING without an error and without a mini-socket: the stack tells why.
Cause closed_without_mini(SocketEvent const& event) {
  if (event.time_wait_full) return Cause::TimeWaitTableFull;
  switch (event.caller) {
    case model::Caller::KeepaliveTimer: return Cause::FinWait2Timeout;
    case model::Caller::CloseCall: return Cause::OrphanLimit;
    case model::Caller::Receiver: return Cause::DataAfterClose;
    default: return Cause::Unknown;
  }
}

Cause cause_of_end_of(SocketEvent const& event, Connection const& connection) {
  if (event.has(SocketEvent::NetnsDying)) return Cause::NetnsRemoved;
  if (auto const error = cause_of_error(event)) return *error;
  bool const orphan = event.has(SocketEvent::Orphan);
  if (event.has(SocketEvent::Owned) && !orphan && event.from != LastAck) {
    return closed_by_call(event);
  }
  if (event.from == LastAck) return Cause::Ack;
  if (event.from == FinWait2 || event.from == Closing) return closed_without_mini(event);
  if (orphan && event.has(SocketEvent::Owned)) return Cause::OrphanLimit;
  if (orphan) return given_up(event, event.from);
  bool const never_accepted =
      (connection.opened_by == Side::Remote && connection.owner_source <= OwnerSource::Listener) ||
      connection.endpoint.no_owner == model::NoOwner::AcceptQueue;
  return never_accepted ? Cause::ListenerClosed : Cause::Unknown;
}

// By Caller, of what can take the timer of a small socket away.
constexpr std::array kEndsOfRequests{
    Cause::RequestDropped,  // Unknown
    Cause::SynAckLimit,     // TimerWheel
    Cause::Destroyed,      Cause::Rst,          Cause::ListenerClosed,
    Cause::RequestDropped, Cause::NetnsRemoved, Cause::ListenerClosed,
    Cause::RequestDropped,
};
constexpr std::array kEndsOfMinis{
    Cause::Unknown,          // Unknown
    Cause::TimeWaitTimeout,  // TimerWheel
    Cause::Destroyed,       Cause::Rst,          Cause::DataAfterClose,
    Cause::TimeWaitReused,  Cause::NetnsRemoved, Cause::ListenerClosed,
    Cause::Unknown,
};
static_assert(kEndsOfRequests.size() == static_cast<std::size_t>(model::Caller::Handshake) + 1);
static_assert(kEndsOfMinis.size() == kEndsOfRequests.size());

}  // namespace

Cause cause_of(SocketEvent const& event, Connection const& connection) {
  if (event.to == Closed) return cause_of_end_of(event, connection);
  if (find(kByCall, event.from, event.to)) return call_of(event);
  if (event.from == SynReceived && connection.from_cookie) return Cause::SynCookie;
  return find(kPlain, event.from, event.to).value_or(Cause::Unknown);
}

Cause cause_of_end(SocketEvent const& event, bool is_mini) {
  if (event.has(SocketEvent::NetnsDying)) return Cause::NetnsRemoved;
  if (!is_mini && event.has(SocketEvent::AcceptQueueFull) && event.has(SocketEvent::ResetSent)) {
    return Cause::AcceptQueueFull;
  }
  bool const refused = !is_mini && event.caller == model::Caller::Segment;
  if (refused && event.has(SocketEvent::ResetSent)) return Cause::BadSegment;
  auto const& causes = is_mini ? kEndsOfMinis : kEndsOfRequests;
  auto const index = static_cast<std::size_t>(event.caller);
  return index < causes.size() ? causes[index] : causes.front();
}

Cause usual_cause(SocketState from, SocketState to) {
  if (from == LastAck && to == Closed) return Cause::Ack;
  if (from == TimeWait && to == Closed) return Cause::TimeWaitTimeout;
  if (from == Listen && to == Closed) return Cause::Close;
  if (auto const call = find(kByCall, from, to)) return *call;
  return find(kPlain, from, to).value_or(Cause::Unknown);
}

Side closer(SocketState from, SocketState to, Cause cause) {
  if (to == FinWait1) return Side::Local;
  if (to == CloseWait) return Side::Remote;
  if (to != Closed || from == Listen) return Side::Unknown;
  switch (model::describe(cause).kind) {
    case model::CauseKind::Call: return Side::Local;
    case model::CauseKind::Segment: return Side::Remote;
    case model::CauseKind::Timer:
    case model::CauseKind::Kernel: return Side::Kernel;
    default: return Side::Unknown;
  }
}

}  // namespace lastack::track
