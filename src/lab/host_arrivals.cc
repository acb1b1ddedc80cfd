// Segments that arrive: for a connection, for a listener, for nobody.
#include <algorithm>
#include <ranges>

#include "lab/host.hh"

namespace lastack::lab {

using tcp::Condition;
using tcp::Conditions;
using tcp::Event;
using tcp::Seq;
using tcp::State;
using tcp::StateSet;
using tcp::Tcb;

namespace {

constexpr StateSet kReads = State::Established | State::FinWait1 | State::FinWait2;
constexpr Span kCookiesCount = seconds(120);  // kernel: tcp_synq_no_recent_overflow()

// The program has shut down before the handshake was over: its FIN goes out as soon as that is, and
// before the segment's text is looked at (kernel: tcp_rcv_state_process()).
bool closes_first(Socket const& socket, tcp::Segment const& segment) {
  auto const& tcb = socket.tcb;
  bool const acks = segment.has(tcp::kAck) && !segment.has(tcp::kRst) &&
                    not_after(tcb.snd_una, segment.ack) && not_after(segment.ack, tcb.snd_nxt);
  bool const crossed =
      segment.has(tcp::kSyn) && segment.seq + 1 == tcb.rcv_nxt && segment.ack == tcb.snd_nxt;
  bool const begins = not_after(tcb.rcv_nxt, segment.seq) || before(tcb.rcv_nxt, segment.end());
  bool const in_window =
      begins && !segment.has(tcp::kSyn) && before(segment.seq, tcb.rcv_nxt + tcb.rcv_wnd);
  return tcb.state == State::SynReceived && socket.sending.fin_wanted && acks &&
         (in_window || crossed) && segment.length() > 0;
}

Packet bare_ack_of(Packet packet, Seq rcv_nxt) {
  if (before(packet.segment.seq, rcv_nxt)) packet.segment.seq = rcv_nxt;
  packet.segment.text = 0;
  packet.segment.flags = tcp::kAck;
  return packet;
}

// The peer's FIN was taken in by one of these rows.
bool took_fin(tcp::Outcome const& outcome) {
  return std::ranges::any_of(outcome.rules(),
                             [](auto const* rule) { return rule->take == tcp::Take::Fin; });
}

// Text beyond a gap was found, and every check before that was passed.
bool came_early(tcp::Outcome const& outcome) {
  return std::ranges::any_of(outcome.rules(), [](auto const* rule) {
    return rule->on.has(Event::TextAhead) && rule->emit == tcp::Emit::Ack;
  });
}

}  // namespace

void Host::arrive(Packet const& packet, Moment now) {
  now_ = now;
  if (now.us < settings_.quiet_time.us) return;
  if (auto const id = sockets_.find(packet.at_receiver());
      id != kNoSocket && !drop_stale_request(id)) {
    take(id, packet);
  } else if (auto const listener = sockets_.find_listener(packet.to.port); listener != kNoSocket) {
    knock(listener, packet);
  } else {
    stray(packet);
  }
}

// Nobody is there: CLOSED of RFC 9293.
void Host::stray(Packet const& packet) {
  Tcb nobody;
  auto const outcome = machine_.arrive(nobody, packet.segment);
  for (auto const& reply : outcome.replies()) transmit_stray(packet, reply);
}

Seq Host::cookie_of(Flow const& flow, Seq irs) const {
  auto const mixed = (FlowHash()(flow) ^ irs.number() ^ secret_) * 0x9e3779b97f4a7c15ULL;
  return Seq(static_cast<std::uint32_t>(mixed >> 32U));
}

Conditions Host::facts_of_listener(Socket const& listener, Moment now) const {
  Conditions facts;
  if (!settings_.limits_queues) return facts;
  auto const& queue = *listener.listening;
  bool const over = queue.requests > queue.backlog;
  // Without cookies, the last quarter is kept for known peers (kernel: tcp_conn_request()).
  auto const most = settings_.max_syn_backlog;
  bool const reserved = queue.requests + most / 4 > most;
  facts.set(Condition::AcceptQueueFull, queue.is_full());
  facts.set(Condition::SynQueueFull, settings_.syncookies == 0 && (over || reserved));
  facts.set(Condition::SynCookies,
            settings_.syncookies == 2 || (settings_.syncookies == 1 && over));
  facts.set(Condition::CookieGood, now < queue.cookies_until);
  return facts;
}

SocketId Host::beget(SocketId listener, Tcb const& tcb, Packet const& packet) {
  auto const id = sockets_.add();
  auto& child = sockets_[id];
  auto const& parent = sockets_[listener];
  child.tcb = tcb;
  child.options = parent.options;
  child.parent = listener;
  child.round_trip = RoundTrip(settings_.rto_initial);
  child.sending.end = tcb.iss + 1;
  if (packet.mss != 0) child.peer_mss = packet.mss;
  if (tcb.facts.has(Condition::Request)) {
    sockets_.request(id, packet.at_receiver());
  } else {
    sockets_.connect(id, packet.at_receiver());
  }
  return id;
}

void Host::knock(SocketId id, Packet const& packet) {
  auto& listener = sockets_[id];
  auto const flow = packet.at_receiver();
  auto segment = packet.segment;
  auto facts = facts_of_listener(listener, now_);
  bool const cookies = facts.has(Condition::SynCookies);
  segment.good_cookie = facts.has(Condition::CookieGood) && segment.has(tcp::kAck) &&
                        segment.ack == cookie_of(flow, segment.seq - 1) + 1;
  facts.set(Condition::CookieGood, false);
  Tcb tcb{.state = State::Listen,
          .iss = cookies ? cookie_of(flow, segment.seq) : new_iss(),
          .rcv_wnd = settings_.receive_buffer,
          .facts = facts};
  auto const outcome = machine_.arrive(tcb, segment);
  if (tcb.state == State::Listen) {
    if (cookies && !outcome.replies().empty()) {
      listener.listening->cookies_until = now_ + kCookiesCount;
    }
    for (auto const& reply : outcome.replies()) transmit_stray(packet, reply);
    return;
  }
  auto const child = beget(id, tcb, packet);
  Before const was{State::Listen, tcb.iss, tcb.irs + 1, 0, false};
  if (tcb.facts.has(Condition::Request)) ++listener.listening->requests;
  if (tcb.state != State::SynReceived) listener.listening->accepted.push_back(child);
  if (tcb.state != State::SynReceived) take_text(sockets_[child], was, packet, outcome);
  follow(child, was, outcome);
}

// kernel: tcp_v4_rcv(), inet_csk_reqsk_queue_drop_and_put(): what has come is for whoever is there
// now.
bool Host::drop_stale_request(SocketId id) {
  auto const& socket = sockets_[id];
  bool const stale = socket.tcb.facts.has(Condition::Request) && socket.parent == kNoSocket;
  if (stale) (void)happen(id, Event::ListenerClosed);
  return stale;
}

// A SYN that TIME_WAIT lets through is for whoever listens, and asked as any other; but that its
// peer is real is known, it needs no cookie. What comes of it is a connection of its own. Where
// nobody listens it is an old duplicate (kernel: tcp_v4_rcv(), TCP_TW_SYN; tcp_conn_request()).
bool Host::reopen(SocketId id, Packet const& packet) {
  auto& old = sockets_[id];
  auto const& segment = packet.segment;
  bool const bare = segment.has(tcp::kSyn) && !segment.has(tcp::kAck) && !segment.has(tcp::kRst);
  if (!bare || old.tcb.state != State::TimeWait) return false;
  auto tcb = old.tcb;
  auto const outcome = machine_.arrive(tcb, segment);
  if (tcb.state != State::SynReceived) return false;
  auto const listener = sockets_.find_listener(packet.to.port);
  if (listener == kNoSocket) {
    acknowledge(old);
    arm(id, tcp::Arm::TimeWaitAgain);
    return true;
  }
  auto facts = facts_of_listener(sockets_[listener], now_);
  facts = facts.has(Condition::AcceptQueueFull) ? Condition::AcceptQueueFull : Conditions();
  Tcb asked{.state = State::Listen, .rcv_wnd = tcb.rcv_wnd, .facts = facts};
  auto const answer = machine_.arrive(asked, segment);
  if (asked.state != State::SynReceived) {
    (void)happen(id, Event::PortTaken);
    for (auto const& reply : answer.replies()) transmit_stray(packet, reply);
    return true;
  }
  old.tcb.state = State::Closed;
  bury(id);
  tcb.facts = Condition::Passive | Condition::Request;
  auto const child = beget(listener, tcb, packet);
  ++sockets_[listener].listening->requests;
  follow(child, {State::TimeWait, tcb.iss, tcb.rcv_nxt, 0, false}, outcome);
  return true;
}

void Host::take(SocketId id, Packet const& packet) {
  if (reopen(id, packet)) return;
  auto& socket = sockets_[id];
  if (closes_first(socket, packet.segment)) take(id, bare_ack_of(packet, socket.tcb.rcv_nxt));
  refresh_facts(socket);
  auto const was = look_before(socket);
  auto const outcome = machine_.arrive(socket.tcb, packet.segment);
  socket.probes = 0;
  socket.heard_at = now_;
  restart_keepalive(socket);
  if (packet.mss != 0) socket.peer_mss = packet.mss;
  take_acknowledgment(socket, was, packet.segment);
  if (took_fin(outcome)) socket.receiving.fin_seen = true;
  take_text(socket, was, packet, outcome);
  follow(id, was, outcome);
}

// What was delivered, and what came too early.
void Host::take_text(Socket& socket, Before const& was, Packet const& packet,
                     tcp::Outcome const& outcome) {
  auto& receiving = socket.receiving;
  auto const& segment = packet.segment;
  auto& tcb = socket.tcb;
  if (was.state == State::SynSent) return;
  auto advanced = distance(was.rcv_nxt, tcb.rcv_nxt);
  bool const with_fin = receiving.fin_seen && advanced > 0;
  if (with_fin && tcb.state != State::Closed) --advanced;
  if (advanced > 0) {
    auto const octets = static_cast<std::uint32_t>(advanced);
    receiving.total += octets;
    if (!tcb.facts.has(Condition::Orphan)) receiving.unread += octets;
    tcb.rcv_wnd -= std::min(tcb.rcv_wnd, octets);
  }
  if (!came_early(outcome) || !kReads.has(tcb.state)) return;
  receiving.ahead.add({segment.text_begin(), segment.end(), segment.has(tcp::kFin)});
}

// The gap is filled: what came before its time is taken in, and a FIN behind it.
bool Host::take_ahead(SocketId id) {
  auto& socket = sockets_[id];
  auto& tcb = socket.tcb;
  auto& receiving = socket.receiving;
  if (receiving.ahead.empty() || !kReads.has(tcb.state)) return false;
  auto const [end, has_fin] = receiving.ahead.advance(tcb.rcv_nxt);
  auto const next = has_fin ? end - 1 : end;
  if (before(tcb.rcv_nxt, next)) {
    auto const octets = static_cast<std::uint32_t>(distance(tcb.rcv_nxt, next));
    receiving.total += octets;
    receiving.unread += octets;
    tcb.rcv_wnd -= std::min(tcb.rcv_wnd, octets);
    tcb.rcv_nxt = next;
  }
  if (!has_fin) return false;
  tcp::Segment const fin{.seq = tcb.rcv_nxt,
                         .ack = tcb.snd_una,
                         .window = tcb.snd_wnd,
                         .flags = tcp::kFin | tcp::kAck};
  take(id, {.from = socket.flow.remote, .to = socket.flow.local, .segment = fin});
  return true;
}

// The first round trip and the first congestion window. Who had to send the SYN again begins with
// one segment (RFC 5681 3.1); on Linux only the client, and only after a second time (kernel:
// tcp_init_transfer()).
void Host::end_handshake(Socket& socket, Before const& was) {
  auto& sending = socket.sending;
  auto const& tcb = socket.tcb;
  bool const acked = before(was.snd_una, tcb.snd_una);
  if (acked && sending.timed_at != kNever && sending.retries == 0) {
    socket.round_trip.measure(now_ - sending.timed_at, settings_);
  }
  sending.timed_at = kNever;
  if (tcb.state == State::SynSent || tcb.state == State::SynReceived) return;
  bool const linux = settings_.reading == &tcp::kLinux;
  bool const cut =
      linux ? sending.retries > 1 && !tcb.facts.has(Condition::Passive) : sending.retries > 0;
  auto const mss = mss_of(socket);
  sending.window = (cut ? 1 : settings_.initial_window) * mss;
  sending.retries = 0;
  sending.again_since = kNever;
  socket.round_trip.calm(settings_);
}

// The peer is alive, and its window is closed: RFC 9293 3.8.6.1 has no end of that. Linux counts
// the probes anew, but not the time of TCP_USER_TIMEOUT until the window opens (kernel: tcp_ack(),
// tcp_ack_probe()).
void Host::hear_of_probe(Socket& socket) const {
  auto& sending = socket.sending;
  auto const& tcb = socket.tcb;
  if (tcb.snd_una != tcb.snd_nxt || sending.retries == 0) return;
  sending.retries = 0;
  bool const opens = tcb.snd_wnd > 0;
  if (opens || settings_.reading != &tcp::kLinux) sending.again_since = kNever;
  if (!opens) return;
  socket.round_trip.calm(settings_);
  socket.timers.retransmit = kNever;
}

// RFC 5681 3.1: by at most one segment an ACK while the window is small. Linux counts the segments
// that have arrived (kernel: tcp_slow_start()).
void Host::widen_window(Socket& socket, std::uint32_t octets, std::uint32_t segments) const {
  auto& sending = socket.sending;
  auto const mss = mss_of(socket);
  bool const counts = settings_.reading == &tcp::kLinux;
  if (counts && segments == 0) return;
  if (sending.window < sending.threshold) {
    sending.window += counts ? segments * mss : std::min(octets, mss);
  } else {
    sending.window += std::max(1U, mss * mss / std::max(1U, sending.window));
  }
}

// The round trip, the congestion window, and what was lost.
void Host::take_acknowledgment(Socket& socket, Before const& was, tcp::Segment const& segment) {
  auto& tcb = socket.tcb;
  auto& sending = socket.sending;
  auto const acked = distance(was.snd_una, tcb.snd_una);
  auto const arrived = sending.flight.acknowledged(tcb.snd_una);
  if (acked > 0 && !was.request) {
    sending.acked = std::min(sending.acked + static_cast<std::uint32_t>(acked), 1U << 31U);
  }
  if (was.state == State::SynSent || was.state == State::SynReceived) {
    return end_handshake(socket, was);
  }
  auto const mss = mss_of(socket);
  if (acked <= 0) {
    bool const repeats = segment.has(tcp::kAck) && segment.ack == tcb.snd_una &&
                         segment.length() == 0 && before(tcb.snd_una, tcb.snd_nxt) &&
                         segment.window == was.snd_wnd;
    if (segment.has(tcp::kAck) && segment.ack == tcb.snd_una) hear_of_probe(socket);
    if (repeats && sending.duplicates < 255) ++sending.duplicates;
    if (repeats && sending.duplicates == 3 && !sending.recovering) {
      auto const flight = static_cast<std::uint32_t>(distance(tcb.snd_una, tcb.snd_nxt));
      sending.threshold = std::max(flight / 2, 2U * mss);
      sending.window = sending.threshold;
      sending.recovering = true;
      sending.timed_out = false;
      sending.recover = tcb.snd_nxt;
      sending.resend = tcb.snd_una + send_again(socket, tcb.snd_una, mss);
    }
    return;
  }
  sending.duplicates = 0;
  sending.retries = 0;
  sending.again_since = kNever;
  if (sending.timed_at != kNever && not_after(sending.timed, tcb.snd_una)) {
    socket.round_trip.measure(now_ - sending.timed_at, settings_);
    sending.timed_at = kNever;
  }
  // What is doubled stays so in Linux until a round trip is measured again (kernel: tcp_set_rto()).
  if (settings_.reading != &tcp::kLinux) socket.round_trip.calm(settings_);
  widen_window(socket, static_cast<std::uint32_t>(acked), arrived);
  // Linux only counts whole segments: one that is not all there yet leaves the timer alone (kernel:
  // tcp_clean_rtx_queue()).
  bool const outstanding = before(tcb.snd_una, tcb.snd_nxt);
  bool const goes_on = outstanding && arrived == 0 && settings_.reading == &tcp::kLinux;
  if (!goes_on) {
    socket.timers.retransmit = outstanding ? now_ + socket.round_trip.rto() : kNever;
  }
  if (sending.recovering && not_after(sending.recover, tcb.snd_una)) sending.recovering = false;
}

}  // namespace lastack::lab
