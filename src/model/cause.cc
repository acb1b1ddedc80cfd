#include "model/cause.hh"

namespace lastack::model {
namespace {

using K = CauseKind;

// In the order of Cause.
constexpr std::array<CauseText, kCauseCount> kCauses{{
    {"unknown", "unknown", K::Unknown, "Nothing that was seen tells why."},
    {"connect", "connect()", K::Call, "The process called connect()."},
    {"listen", "listen()", K::Call, "The process called listen()."},
    {"close", "close()", K::Call, "The process closed its last descriptor of the socket."},
    {"shutdown", "shutdown()", K::Call, "The process called shutdown()."},
    {"exit", "process ended", K::Call, "The process ended, and the kernel closed its sockets."},
    {"linger_reset", "close(), linger 0: RST sent", K::Call,
     "The process closed the socket, or ended, with SO_LINGER and a time of 0: a reset instead of "
     "a FIN."},
    {"unread_data", "close(), unread data: RST sent", K::Call,
     "The process closed the socket, or ended, with received data unread: a reset instead of a "
     "FIN."},
    {"disconnect", "connect(AF_UNSPEC)", K::Call,
     "The process dissolved the connection with connect(AF_UNSPEC)."},
    {"connect_failed", "connect() failed", K::Call,
     "The kernel could not begin to connect: no free port."},
    {"listen_failed", "listen() failed", K::Call, "listen() failed: the port is taken."},
    {"syn_received", "SYN received", K::Segment, "The peer opened the connection."},
    {"syn_ack_received", "SYN+ACK received", K::Segment, "The peer accepted the connection."},
    {"ack_received", "ACK received", K::Segment, "The peer acknowledged our SYN or FIN."},
    {"fin_received", "FIN received", K::Segment, "The peer has closed its side."},
    {"fin_ack_received", "FIN+ACK received", K::Segment,
     "The peer has closed its side and acknowledged our FIN at once."},
    {"rst_received", "RST received", K::Segment, "The peer reset the connection."},
    {"refused", "RST received: refused", K::Segment, "Nobody listens on the peer's port."},
    {"syn_cookie", "ACK of a SYN cookie received", K::Segment,
     "The peer acknowledged our SYN; no request socket was seen, a SYN cookie kept the handshake."},
    {"data_after_close", "data after close(): RST sent", K::Segment,
     "Data arrived that no process can read any more: answered by a reset (RFC 1122 4.2.2.13)."},
    {"bad_segment", "bad segment: RST sent", K::Segment,
     "A segment that does not belong into the handshake: answered by a reset."},
    {"retransmission_limit", "retransmissions gave up", K::Timer,
     "The peer acknowledged nothing for too long (tcp_syn_retries, tcp_retries2, user timeout)."},
    {"keepalive_limit", "keepalive gave up", K::Timer, "The peer answered no keepalive probe."},
    {"probe_limit", "window probes gave up", K::Timer, "The peer answered no zero window probe."},
    {"syn_ack_limit", "SYN+ACK unanswered", K::Timer,
     "The peer never finished the handshake (tcp_synack_retries)."},
    {"fin_wait_2_timeout", "tcp_fin_timeout", K::Timer,
     "The peer never sent its FIN, and no process waits for it any more."},
    {"time_wait_timeout", "2MSL over", K::Timer,
     "TIME_WAIT has lasted its 60 seconds (the kernel rounds up)."},
    {"destroyed", "destroyed by administrator", K::Kernel,
     "Somebody destroyed the socket from outside, as `ss -K` does."},
    {"netns_removed", "network namespace removed", K::Kernel,
     "The network namespace was removed with the socket in it."},
    {"listener_closed", "listener closed", K::Kernel,
     "The listener was closed before it had accepted the connection."},
    {"accept_queue_full", "accept queue full", K::Kernel,
     "The listener's accept queue was full (tcp_abort_on_overflow)."},
    {"time_wait_recycled", "new SYN took it over", K::Kernel,
     "A new connection of the same addresses and ports began (RFC 6191)."},
    {"time_wait_reused", "connect() took its port", K::Kernel,
     "A connect() took the port over (tcp_tw_reuse)."},
    {"time_wait_table_full", "too many TIME_WAIT", K::Kernel,
     "No room for one more TIME_WAIT (tcp_max_tw_buckets): closed at once."},
    {"orphan_limit", "too many orphans, or no memory", K::Kernel,
     "Too many closed sockets, or no memory for them (tcp_max_orphans): reset."},
    {"unreachable", "unreachable", K::Kernel, "The network reported the peer unreachable."},
    {"other_error", "other error", K::Kernel, "The socket has an error that is none of these."},
    {"request_dropped", "request dropped", K::Kernel,
     "The kernel gave up the handshake; nothing that was seen tells why."},
}};

constexpr std::array<std::string_view, 5> kKinds{"unknown", "call", "segment", "timer", "kernel"};

}  // namespace

CauseText const& describe(Cause cause) { return kCauses[static_cast<std::size_t>(cause)]; }
std::string_view name(CauseKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

}  // namespace lastack::model
