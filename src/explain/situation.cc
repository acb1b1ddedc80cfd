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

Situation of_handshake(Endpoint const& endpoint) {
  if (endpoint.no_owner == NoOwner::HasOwner) return Situation::CrossedSyns;
  return endpoint.retransmits > 0 ? Situation::RequestAgain : Situation::RequestFresh;
}

Situation of_connection(Endpoint const& endpoint) {
  if (endpoint.protocol == model::Protocol::Udp) return Situation::UdpConnected;
  if (endpoint.no_owner == NoOwner::AcceptQueue) return Situation::EstablishedNotAccepted;
  if (endpoint.timer == TimerKind::Persist) return Situation::EstablishedWindowClosed;
  if (is_sent_again(endpoint)) return Situation::EstablishedRetransmitting;
  if (endpoint.recv_queue > 0) return Situation::EstablishedUnread;
  if (endpoint.send_queue > 0) return Situation::EstablishedUnacked;
  if (endpoint.no_owner == NoOwner::Orphan) return Situation::EstablishedOrphan;
  return endpoint.timer == TimerKind::Keepalive ? Situation::EstablishedKeepalive
                                                : Situation::EstablishedIdle;
}

Situation of_close_wait(Endpoint const& endpoint) {
  if (endpoint.no_owner == NoOwner::AcceptQueue) return Situation::CloseWaitNotAccepted;
  if (endpoint.no_owner == NoOwner::NoProcess) return Situation::CloseWaitNobody;
  // The FIN counts as one byte of the queue (kernel: tcp_diag_get_info()).
  return endpoint.recv_queue > 1 ? Situation::CloseWaitUnread : Situation::CloseWaitOwned;
}

Situation of_fin_wait_1(Endpoint const& endpoint) {
  if (endpoint.timer == TimerKind::Persist) return Situation::FinWait1WindowClosed;
  return is_sent_again(endpoint) ? Situation::FinWait1Retransmitting : Situation::FinWait1Sending;
}

}  // namespace

Situation situation_of(Endpoint const& endpoint) {
  bool const again = is_sent_again(endpoint);
  switch (endpoint.state) {
    case SocketState::Closed: return Situation::NotConnected;
    case SocketState::BoundInactive: return Situation::BoundOnly;
    case SocketState::Unconnected: return Situation::UdpUnconnected;
    case SocketState::Listen: return of_listener(endpoint);
    case SocketState::SynSent:
      return endpoint.retransmits > 0 ? Situation::SynSentAgain : Situation::SynSentFresh;
    case SocketState::SynReceived: return of_handshake(endpoint);
    case SocketState::Established: return of_connection(endpoint);
    case SocketState::CloseWait: return of_close_wait(endpoint);
    case SocketState::FinWait1: return of_fin_wait_1(endpoint);
    case SocketState::FinWait2:
      return endpoint.no_owner == NoOwner::HasOwner || endpoint.timer == TimerKind::None
                 ? Situation::FinWait2Held
                 : Situation::FinWait2Orphan;
    case SocketState::Closing:
      return again ? Situation::ClosingRetransmitting : Situation::ClosingWaiting;
    case SocketState::LastAck:
      return again ? Situation::LastAckRetransmitting : Situation::LastAckWaiting;
    case SocketState::TimeWait: return Situation::TimeWaiting;
  }
  return Situation::NotConnected;
}

}  // namespace lastack::explain
