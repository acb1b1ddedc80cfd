#include "track/causes.hh"

#include <array>
#include <cerrno>
#include <optional>

#include "tcp/edges.hh"

namespace lastack::track {
namespace {

using model::Cause;
using model::SocketEvent;
using model::SocketState;
using enum model::SocketState;

// What an event of the table is called here, where it is always the same.
constexpr Cause cause_of(tcp::Event event) {
  switch (event) {
    case tcp::Event::OpenPassive: return Cause::Listen;
    case tcp::Event::OpenActive: return Cause::Connect;
    case tcp::Event::Close: return Cause::Close;
    case tcp::Event::Syn:
    case tcp::Event::NewSyn: return Cause::Syn;
    case tcp::Event::SynAck: return Cause::SynAck;
    case tcp::Event::AckOfSyn:
    case tcp::Event::AckOfFin: return Cause::Ack;
    case tcp::Event::Fin: return Cause::Fin;
    case tcp::Event::TimeWaitTimeout: return Cause::TimeWaitTimeout;
    default: return Cause::Unknown;
  }
}

// What mostly leads along an edge. Text edges are gone for many reasons, none of them usual; and
// an attempt to connect is not mostly given up by its process.
constexpr Cause usual_cause_of(tcp::Edge const& edge) {
  if (edge.from == tcp::State::SynSent && edge.to == tcp::State::Closed) return Cause::Unknown;
  if (edge.kind == tcp::EdgeKind::Text || !edge.in_linux) return Cause::Unknown;
  if (edge.kind == tcp::EdgeKind::Note2) return Cause::FinAck;
  return cause_of(edge.reasons().front().event);
}

tcp::Edge const* edge_between(SocketState from, SocketState to) {
  auto const a = model::tcp_state(from);
  auto const b = model::tcp_state(to);
  return a && b ? tcp::find_edge(*a, *b) : nullptr;
}

// A call of the process makes it, and nothing else does.
bool is_by_call(tcp::Edge const& edge) {
  return edge.to != tcp::State::Closed && edge.reasons().front().event == tcp::Event::Close;
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
  auto const* edge = edge_between(event.from, event.to);
  if (edge == nullptr) return Cause::Unknown;
  if (is_by_call(*edge)) return call_of(event);
  if (event.from == SynReceived && connection.from_cookie) return Cause::SynCookie;
  return usual_cause_of(*edge);
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
  auto const* edge = edge_between(from, to);
  return edge == nullptr ? Cause::Unknown : usual_cause_of(*edge);
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
