#include "explain/situation.hh"

namespace lastack::explain {
namespace {

using model::Endpoint;
using model::NoOwner;
using model::SocketState;
using model::TimerKind;

bool is_sent_again(Endpoint const& endpoint) {
  return endpoint.timer == TimerKind::Retransmit && endpoint.retransmits > 0;
}

Situation of_listener(Endpoint const& endpoint) {
  // One more than the limit is let in (kernel: sk_acceptq_is_full()).
  if (endpoint.recv_queue > endpoint.send_queue) return Situation::ListenFull;
  return endpoint.recv_queue > 0 ? Situation::ListenWaiting : Situation::ListenIdle;
}

Situation of_handshake(Endpoint const& endpoint, Endpoint const* other_end) {
  if (endpoint.no_owner == NoOwner::HasOwner) return Situation::CrossedSyns;
  if (other_end != nullptr && other_end->state == SocketState::Established) {
    return Situation::RequestHeldBack;
  }
  return endpoint.retransmits > 0 ? Situation::RequestAgain : Situation::RequestFresh;
}

// Data or a FIN wait for room at the peer. Before the first probe it may only be held back here, as
// TCP_CORK does.
bool probes_window(Endpoint const& endpoint) {
  return endpoint.timer == TimerKind::Persist && endpoint.retransmits > 0;
}

Situation of_keepalive(Endpoint const& endpoint) {
  return endpoint.retransmits > 0 ? Situation::EstablishedProbesUnanswered
                                  : Situation::EstablishedKeepalive;
}

Situation of_connection(Endpoint const& endpoint) {
  if (endpoint.protocol == model::Protocol::Udp) return Situation::UdpConnected;
  if (endpoint.no_owner == NoOwner::AcceptQueue) return Situation::EstablishedNotAccepted;
  if (probes_window(endpoint)) return Situation::EstablishedWindowClosed;
  if (is_sent_again(endpoint)) return Situation::EstablishedRetransmitting;
  if (endpoint.timer == TimerKind::Persist) return Situation::EstablishedNotSent;
  if (endpoint.recv_queue > 0) return Situation::EstablishedUnread;
  if (endpoint.send_queue > 0) return Situation::EstablishedUnacked;
  if (endpoint.no_owner == NoOwner::Orphan) return Situation::EstablishedOrphan;
  return endpoint.timer == TimerKind::Keepalive ? of_keepalive(endpoint)
                                                : Situation::EstablishedIdle;
}

Situation of_close_wait(Endpoint const& endpoint) {
  if (endpoint.no_owner == NoOwner::AcceptQueue) return Situation::CloseWaitNotAccepted;
  // The FIN counts as one byte of the queue (kernel: tcp_diag_get_info()).
  if (endpoint.recv_queue > 1) return Situation::CloseWaitUnread;
  if (endpoint.send_queue > 0) return Situation::CloseWaitSending;
  if (endpoint.no_owner == NoOwner::NoProcess) return Situation::CloseWaitNobody;
  return Situation::CloseWaitOwned;
}

Situation of_fin_wait_1(Endpoint const& endpoint) {
  if (probes_window(endpoint)) return Situation::FinWait1WindowClosed;
  return is_sent_again(endpoint) ? Situation::FinWait1Retransmitting : Situation::FinWait1Sending;
}

// An orphan waits tcp_fin_timeout; for more than 60 s in two parts, the first of them by the
// keepalive timer (kernel: tcp_close(), tcp_keepalive_timer()).
Situation of_fin_wait_2(Endpoint const& endpoint) {
  if (endpoint.timer == TimerKind::TimeWait) return Situation::FinWait2Orphan;
  if (endpoint.no_owner == NoOwner::Orphan) return Situation::FinWait2LongWait;
  return endpoint.recv_queue > 0 ? Situation::FinWait2Unread : Situation::FinWait2Held;
}

Situation of_closing(Endpoint const& endpoint) {
  if (probes_window(endpoint)) return Situation::ClosingWindowClosed;
  return is_sent_again(endpoint) ? Situation::ClosingRetransmitting : Situation::ClosingWaiting;
}

Situation of_last_ack(Endpoint const& endpoint) {
  if (probes_window(endpoint)) return Situation::LastAckWindowClosed;
  return is_sent_again(endpoint) ? Situation::LastAckRetransmitting : Situation::LastAckWaiting;
}

}  // namespace

Situation situation_of(Endpoint const& endpoint, Endpoint const* other_end) {
  switch (endpoint.state) {
    case SocketState::Closed: return Situation::NotConnected;
    case SocketState::BoundInactive: return Situation::BoundOnly;
    case SocketState::Unconnected: return Situation::UdpUnconnected;
    case SocketState::Listen: return of_listener(endpoint);
    case SocketState::SynSent:
      return endpoint.retransmits > 0 ? Situation::SynSentAgain : Situation::SynSentFresh;
    case SocketState::SynReceived: return of_handshake(endpoint, other_end);
    case SocketState::Established: return of_connection(endpoint);
    case SocketState::CloseWait: return of_close_wait(endpoint);
    case SocketState::FinWait1: return of_fin_wait_1(endpoint);
    case SocketState::FinWait2: return of_fin_wait_2(endpoint);
    case SocketState::Closing: return of_closing(endpoint);
    case SocketState::LastAck: return of_last_ack(endpoint);
    case SocketState::TimeWait: return Situation::TimeWaiting;
  }
  return Situation::NotConnected;
}

}  // namespace lastack::explain
