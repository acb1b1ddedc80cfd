// What a host sends.
#include <algorithm>

#include "lab/host.hh"

namespace lastack::lab {

using tcp::Condition;
using tcp::Emit;
using tcp::Outcome;
using tcp::Segment;
using tcp::Seq;
using tcp::State;
using tcp::StateSet;

namespace {

constexpr StateSet kSends = State::Established | State::CloseWait | State::FinWait1 |
                            State::LastAck | StateSet(State::Closing);
constexpr StateSet kOpening = State::SynSent | StateSet(State::SynReceived);

bool is_bare_ack(Segment const& segment) { return segment.flags == tcp::kAck; }

// The acknowledgment is of text that came in order, and of nothing else: it may be delayed.
bool may_wait(Outcome const& outcome) {
  bool text = false;
  for (auto const* rule : outcome.rules()) {
    if (rule->emit == Emit::Ack && rule->take != tcp::Take::Text) return false;
    text = text || rule->take == tcp::Take::Text;
  }
  return text;
}

bool owes_ack(Outcome const& outcome) {
  bool owes = false;
  for (auto const* rule : outcome.rules()) {
    if (rule->emit == Emit::Ack) owes = true;
    if (rule->emit == Emit::ChallengeAck || rule->emit == Emit::Reset) owes = false;
  }
  return owes;
}

}  // namespace

// Everything that one event leads to besides the control block.
void Host::follow(SocketId id, Before const& was, Outcome const& outcome) {
  auto& socket = sockets_[id];
  auto& tcb = socket.tcb;
  note_path(id, was, outcome);
  arm(id, outcome.arm());
  bool const over = tcb.state == State::Closed ||
                    (tcb.state == State::Listen && !socket.listening && was.state != State::Closed);
  if (over) {
    socket.error = error_of(outcome.tell());
    socket.receiving.shut = true;  // the end is all that can be read any more
  }
  if (was.request && !tcb.facts.has(Condition::Request) && socket.parent != kNoSocket) {
    auto& queue = *sockets_[socket.parent].listening;
    if (queue.requests > 0) --queue.requests;
    if (over) {
      socket.parent = kNoSocket;
    } else {
      queue.accepted.push_back(id);
      sockets_.bind(id, socket.flow.local.port);
    }
  }
  bool owes = owes_ack(outcome);
  bool waits = owes && settings_.delayed_ack.us > 0 && may_wait(outcome) &&
               socket.receiving.unacknowledged == 0 && socket.receiving.ahead.empty();
  bool const syn_again =
      was.state == State::SynSent && tcb.state == State::SynSent && !outcome.replies().empty();
  if (syn_again) {
    repeat_syn(socket, outcome);
    return set_alarm(id);
  }
  for (auto const& reply : outcome.replies()) {
    if (owes && is_bare_ack(reply)) continue;
    transmit(socket, reply);
  }
  if (over) {
    if (owes) acknowledge(socket);
    return bury(id);
  }
  if (owes || was.rcv_nxt != tcb.rcv_nxt) {
    auto const next = tcb.rcv_nxt;
    if (take_ahead(id)) owes = false;
    if (next != tcb.rcv_nxt) waits = false;
  }
  if (tcb.state == State::Established && socket.sending.fin_wanted && kOpening.has(was.state)) {
    if (owes) acknowledge(socket);
    (void)happen(id, tcp::Event::Close);
    return;
  }
  resend_lost(socket);
  bool const sent = push(socket);
  if (owes && !sent) {
    auto const delay = waits ? settings_.delayed_ack : delay_of_fin_ack(socket, was);
    if (delay.us > 0) {
      ++socket.receiving.unacknowledged;
      socket.timers.delayed_ack = now_ + delay;
    } else {
      acknowledge(socket);
    }
  }
  set_alarm(id);
}

// Linux lets the ACK of a FIN wait, as the program may close at once: FIN, FIN+ACK, ACK (kernel:
// tcp_fin() enters pingpong mode, tcp_send_delayed_ack()). Without text before, until the next
// tick.
Span Host::delay_of_fin_ack(Socket const& socket, Before const& was) const {
  bool const came = socket.tcb.state == State::CloseWait && was.state != State::CloseWait;
  if (!came || settings_.reading != &tcp::kLinux) return {};
  return socket.receiving.total > 0 ? milliseconds(40) : milliseconds(1);
}

// A bad ACK in SYN_SENT is taken for lost state: the SYN goes out at once, but only the first time
// (kernel: tcp_rcv_synsent_state_process()).
void Host::repeat_syn(Socket& socket, Outcome const& outcome) {
  auto& sending = socket.sending;
  bool const at_once = sending.retries == 0;
  for (auto const& reply : outcome.replies()) {
    if (!reply.has(tcp::kSyn)) {
      transmit(socket, reply);
    } else if (at_once) {
      ++sending.retries;
      sending.window = mss_of(socket);
      transmit(socket, reply);
      socket.timers.retransmit = now_ + socket.round_trip.rto();
    }
  }
}

void Host::transmit_stray(Packet const& cause, Segment const& segment) {
  outbox_.push_back({.from = cause.to,
                     .to = cause.from,
                     .segment = segment,
                     .mss = segment.has(tcp::kSyn) ? settings_.mss : std::uint16_t{0}});
}

// Acknowledgment and window are as of now; what takes a sequence number is timed.
void Host::transmit(Socket& socket, Segment segment) {
  auto const& tcb = socket.tcb;
  // Not beyond a window that has shrunk (kernel: tcp_acceptable_seq()).
  auto const edge = tcb.snd_una + tcb.snd_wnd;
  bool const bare = segment.length() == 0 && segment.seq == tcb.snd_nxt;
  if (bare && before(edge, tcb.snd_nxt) && settings_.reading == &tcp::kLinux) segment.seq = edge;
  if (segment.has(tcp::kAck) && !segment.has(tcp::kRst)) {
    segment.ack = tcb.rcv_nxt;
    segment.window = tcb.rcv_wnd;
    socket.receiving.unacknowledged = 0;
    socket.timers.delayed_ack = kNever;
  }
  auto& sending = socket.sending;
  if (segment.length() > 0) {
    sending.flight.sent(segment.end());
    if (sending.timed_at == kNever && sending.retries == 0) {
      sending.timed_at = now_;
      sending.timed = segment.end();
    }
  }
  outbox_.push_back({.from = socket.flow.local,
                     .to = socket.flow.remote,
                     .segment = segment,
                     .mss = segment.has(tcp::kSyn) ? settings_.mss : std::uint16_t{0}});
}

void Host::acknowledge(Socket& socket) {
  transmit(socket, {.seq = socket.tcb.snd_nxt, .flags = tcp::kAck});
}

// RFC 9293 3.8.6.2.2: a window that opens a little is not worth telling.
void Host::update_window(Socket& socket) {
  auto& tcb = socket.tcb;
  auto const free =
      settings_.receive_buffer - std::min(settings_.receive_buffer, socket.receiving.unread);
  if (free <= tcb.rcv_wnd) return;
  auto const worth = std::min<std::uint32_t>(settings_.receive_buffer / 2, settings_.mss);
  bool const tell = free - tcb.rcv_wnd >= worth;
  if (!tell) return;
  bool const narrow = tcb.rcv_wnd < settings_.mss;
  tcb.rcv_wnd = free;
  bool const reads = (State::Established | State::FinWait1 | State::FinWait2).has(tcb.state);
  if (narrow && reads) acknowledge(socket);
}

// Linux sends no segment larger than half of the largest window that the peer has offered (kernel:
// tcp_bound_to_half_wnd()).
std::uint32_t Host::mss_of(Socket const& socket) const {
  std::uint32_t const mss = std::min(socket.peer_mss, settings_.mss);
  auto const largest = std::max(socket.sending.largest_window, socket.tcb.snd_wnd);
  if (settings_.reading != &tcp::kLinux || largest == 0) return mss;
  constexpr std::uint32_t kDefault = 536;
  constexpr std::uint32_t kLeast = 28;
  auto const bound = largest > kDefault ? largest / 2 : largest;
  return std::min(mss, std::max(bound, kLeast));
}

// Of what was sent before, from there on: at most one segment of `most` octets of text. How many
// sequence numbers it has.
std::uint32_t Host::send_again(Socket& socket, Seq from, std::uint32_t most) {
  auto const& tcb = socket.tcb;
  if (from == tcb.iss && socket.sending.acked == 0) {  // crossed SYNs, ours not acknowledged yet
    transmit(socket, {.seq = from, .flags = tcp::kSyn | tcp::kAck});
    return 1;
  }
  auto const end = tcb.fin_sent ? tcb.snd_nxt - 1 : tcb.snd_nxt;
  // Whole segments, as many as fit into one (kernel: tcp_retrans_try_collapse()).
  auto const whole = socket.sending.flight.whole(from, most);
  most = std::min(most, static_cast<std::uint32_t>(std::max(0, distance(from, whole))));
  auto const text = std::min(most, static_cast<std::uint32_t>(std::max(0, distance(from, end))));
  bool const last = not_after(end, from + text);
  auto flags = tcp::kAck;
  if (last && text > 0) flags = flags | tcp::kPsh;
  if (last && tcb.fin_sent) flags = flags | tcp::kFin;
  Segment const segment{.seq = from, .text = text, .flags = flags};
  if (segment.length() > 0) transmit(socket, segment);
  return segment.length();
}

// After a timeout everything is sent again, as acknowledgments make room.
void Host::resend_lost(Socket& socket) {
  auto& sending = socket.sending;
  auto const& tcb = socket.tcb;
  if (!sending.recovering || !kSends.has(tcb.state)) return;
  auto const mss = mss_of(socket);
  if (before(sending.resend, tcb.snd_una)) sending.resend = tcb.snd_una;
  // What was not acknowledged three times over is the head alone (RFC 6582).
  if (!sending.timed_out && before(tcb.snd_una, sending.resend)) return;
  while (before(sending.resend, sending.recover)) {
    auto const ahead = static_cast<std::uint32_t>(distance(tcb.snd_una, sending.resend));
    auto const segments = sending.flight.ends_by(sending.resend);
    bool const counts = settings_.reading == &tcp::kLinux;
    if (counts && segments >= std::max(1U, sending.window / mss)) return;
    if (ahead >= std::max(mss, std::min(sending.window, tcb.snd_wnd))) return;
    auto const sent = send_again(socket, sending.resend, mss);
    if (sent == 0) return;
    sending.resend = sending.resend + sent;
    if (!sending.timed_out) return;
  }
}

// Linux only minds another small one (kernel: tcp_nagle_check(), Minshall's variant).
bool Host::waits_for_small(Socket const& socket) const {
  auto const& tcb = socket.tcb;
  if (settings_.reading != &tcp::kLinux) return before(tcb.snd_una, tcb.snd_nxt);
  auto const end = socket.sending.small_end;
  return before(tcb.snd_una, end) && not_after(end, tcb.snd_nxt);
}

// The congestion window counts segments, full or not (kernel: tcp_cwnd_test()).
std::uint32_t Host::room_of(Socket const& socket) const {
  auto const& tcb = socket.tcb;
  auto const mss = mss_of(socket);
  auto const congestion =
      socket.sending.window == 0 ? settings_.initial_window * mss : socket.sending.window;
  auto const flight = static_cast<std::uint32_t>(std::max(0, distance(tcb.snd_una, tcb.snd_nxt)));
  if (socket.sending.flight.size() >= std::max(1U, congestion / mss)) return 0;
  bool const counts = settings_.reading == &tcp::kLinux;
  auto const window = counts ? tcb.snd_wnd : std::min(tcb.snd_wnd, congestion);
  return window - std::min(window, flight);
}

// Linux sends a segment whole, with its FIN, or waits for a larger window (kernel:
// tcp_snd_wnd_test()).
bool Host::fits(Socket const& socket, std::uint32_t unsent) const {
  if (settings_.reading != &tcp::kLinux) return true;
  auto const& tcb = socket.tcb;
  auto const mss = mss_of(socket);
  auto const flight = static_cast<std::uint32_t>(std::max(0, distance(tcb.snd_una, tcb.snd_nxt)));
  auto const fin = socket.sending.fin_wanted && unsent <= mss ? 1U : 0U;
  return flight + std::min(unsent, mss) + fin <= tcb.snd_wnd;
}

// The window is too small for the segment that waits, and nothing is on its way that could open it:
// as much as it allows (kernel: tcp_write_wakeup()).
void Host::wake_window(Socket& socket) {
  auto& tcb = socket.tcb;
  auto const unsent =
      static_cast<std::uint32_t>(std::max(0, distance(tcb.snd_nxt, socket.sending.end)));
  auto const size = std::min({unsent, tcb.snd_wnd, mss_of(socket)});
  Segment const segment{.seq = tcb.snd_nxt, .text = size, .flags = tcp::kAck | tcp::kPsh};
  tcb.snd_nxt = segment.end();
  transmit(socket, segment);
}

bool Host::push(Socket& socket) {
  auto& tcb = socket.tcb;
  auto& sending = socket.sending;
  if (!kSends.has(tcb.state) || tcb.fin_sent) return false;
  auto const mss = mss_of(socket);
  if (sending.window == 0) sending.window = settings_.initial_window * mss;
  bool sent = false;
  bool blocked = false;
  while (!tcb.fin_sent) {
    auto const unsent = static_cast<std::uint32_t>(std::max(0, distance(tcb.snd_nxt, sending.end)));
    if (unsent == 0 && !sending.fin_wanted) break;
    auto const room = room_of(socket);
    auto const size = std::min({unsent, mss, room});
    bool const ends = sending.fin_wanted && size == unsent && room > size;
    blocked = (size == 0 && !ends) || !fits(socket, unsent);
    if (blocked) break;
    // Nagle: one small segment at a time (RFC 9293 3.7.4).
    bool const small = size < mss && !sending.fin_wanted;
    if (small && !socket.options.no_delay && waits_for_small(socket)) break;
    if (size < mss) sending.small_end = tcb.snd_nxt + size;
    auto flags = tcp::kAck;
    if (size > 0 && size == unsent) flags = flags | tcp::kPsh;
    if (ends) flags = flags | tcp::kFin;
    Segment const segment{.seq = tcb.snd_nxt, .text = size, .flags = flags};
    tcb.snd_nxt = segment.end();
    tcb.fin_sent = ends;
    transmit(socket, segment);
    sent = true;
  }
  if (before(tcb.snd_una, tcb.snd_nxt) || blocked) start_retransmission(socket);
  return sent;
}

// The first thing that is not acknowledged, again.
void Host::resend_head(SocketId id) {
  auto& socket = sockets_[id];
  auto& sending = socket.sending;
  auto& tcb = socket.tcb;
  auto const mss = mss_of(socket);
  sending.duplicates = 0;
  sending.timed_at = kNever;  // Karn: what is sent twice is not timed
  sending.threshold =
      std::max(static_cast<std::uint32_t>(distance(tcb.snd_una, tcb.snd_nxt)) / 2, 2 * mss);
  sending.window = mss;
  sending.recovering = true;
  sending.timed_out = true;
  sending.recover = tcb.snd_nxt;
  sending.resend = tcb.snd_una;
  resend_lost(socket);
}

}  // namespace lastack::lab
