// Time passes.
#include <algorithm>

#include "lab/host.hh"

namespace lastack::lab {

using tcp::Arm;
using tcp::Condition;
using tcp::Event;
using tcp::State;
using tcp::StateSet;

namespace {

constexpr StateSet kOpening = State::SynSent | StateSet(State::SynReceived);
constexpr StateSet kIdle = State::Established | State::FinWait2 | StateSet(State::CloseWait);

// How long so many repetitions take, the first after `first` (kernel: tcp_model_timeout()).
Span time_of(std::uint8_t repetitions, Span first, Settings const& settings) {
  Span time;
  auto wait = first;
  for (int i = 0; i <= repetitions; ++i) {
    time = time + wait;
    wait = std::min(wait * 2, settings.rto_max);
  }
  return time;
}

}  // namespace

Moment Host::next_timer() {
  // Entries whose socket has another alarm by now are left behind.
  while (!alarms_.empty()) {
    auto const& top = alarms_.top();
    if (sockets_[top.socket].in_use && sockets_[top.socket].alarm == top.at) return top.at;
    alarms_.pop();
  }
  return kNever;
}

void Host::set_alarm(SocketId id) {
  auto& socket = sockets_[id];
  auto const next = socket.timers.next();
  // One that rings too early looks again and goes on.
  if (next >= socket.alarm) return;
  socket.alarm = next;
  alarms_.push({next, id});
}

void Host::run_timers(Moment now) {
  now_ = now;
  while (next_timer() <= now) {
    auto const id = alarms_.top().socket;
    alarms_.pop();
    auto& socket = sockets_[id];
    socket.alarm = kNever;
    auto const& timers = socket.timers;
    if (timers.delayed_ack <= now) acknowledge(socket);
    if (timers.retransmit <= now) {
      retransmission_timeout(id);
    } else if (timers.closing <= now) {
      closing_timeout(id);
    } else if (timers.keepalive <= now) {
      keepalive_timeout(id);
    }
    if (socket.in_use) set_alarm(id);
  }
}

void Host::start_retransmission(Socket& socket) {
  if (socket.timers.retransmit == kNever) {
    socket.timers.retransmit = now_ + socket.round_trip.rto();
  }
}

void Host::restart_keepalive(Socket& socket) const {
  if (!socket.options.keepalive || !kIdle.has(socket.tcb.state)) {
    socket.timers.keepalive = kNever;
    return;
  }
  auto const idle =
      socket.options.keep_idle.us > 0 ? socket.options.keep_idle : settings_.keepalive_time;
  socket.timers.keepalive = now_ + idle;
}

void Host::arm(SocketId id, Arm what) {
  auto& socket = sockets_[id];
  auto& timers = socket.timers;
  switch (what) {
    case Arm::Leave:
    case Arm::BackOff: return;
    case Arm::Retransmit: start_retransmission(socket); break;
    case Arm::TimeWait: timers = Timers(); [[fallthrough]];
    case Arm::TimeWaitAgain: timers.closing = now_ + settings_.time_wait; break;
    case Arm::FinWait2: {
      auto const& own = socket.options.linger2;
      auto const wanted = own && own->us > 0 ? *own : settings_.fin_timeout;
      timers = Timers();
      timers.closing = now_ + std::max(wanted, socket.round_trip.rto() * 7 / 2);  // tcp_fin_time()
      break;
    }
    case Arm::StopAll:
      timers = Timers();
      restart_keepalive(socket);
      break;
  }
  set_alarm(id);
}

// What TCP_USER_TIMEOUT leaves of the time since the first repetition.
Span Host::until_user_gives_up(Socket const& socket) const {
  auto const since = socket.sending.again_since;
  auto const user = socket.options.user_timeout;
  if (user.us == 0 || since == kNever) return kNever - Moment();
  // Of a SYN since it was sent first.
  auto const before = kOpening.has(socket.tcb.state) ? settings_.rto_initial : Span();
  return user - (now_ - since) - before;
}

// So often, or for so long, that it is not worth trying any more.
bool Host::is_given_up(Socket const& socket) const {
  auto const& sending = socket.sending;
  auto const state = socket.tcb.state;
  auto const tried = sending.again_since == kNever ? Span() : now_ - sending.again_since;
  if (until_user_gives_up(socket) <= Span()) return true;
  auto const limit = kOpening.has(state) ? settings_.give_up_syn : settings_.give_up;
  if (limit.us > 0) return tried >= limit;
  if (socket.tcb.facts.has(Condition::Request)) return sending.retries >= settings_.synack_retries;
  if (kOpening.has(state)) {
    auto const linear = state == State::SynSent ? settings_.syn_linear_timeouts : 0U;
    if (sending.retries >= settings_.syn_retries + linear) return true;
    // Of a SYN it counts from when it was sent first.
    return sending.retries > 0 &&
           tried + settings_.rto_initial >=
               time_of(settings_.syn_retries, settings_.rto_initial, settings_);
  }
  bool const orphan = socket.tcb.facts.has(Condition::Orphan);
  auto const most = orphan ? settings_.orphan_retries : settings_.retries2;
  bool const probes = socket.tcb.snd_una == socket.tcb.snd_nxt;
  return probes ? sending.retries >= most : tried >= time_of(most, settings_.rto_min, settings_);
}

void Host::retransmission_timeout(SocketId id) {
  if (drop_stale_request(id)) return;
  auto& socket = sockets_[id];
  auto& sending = socket.sending;
  auto& tcb = socket.tcb;
  bool const probes = !kOpening.has(tcb.state) && tcb.snd_una == tcb.snd_nxt;
  socket.timers.retransmit = kNever;
  if (is_given_up(socket)) {
    (void)happen(id, Event::RetransmissionLimit);
    return;
  }
  bool const waits = probes && before(tcb.snd_nxt, sending.end) && tcb.snd_wnd > 0;
  if (waits && settings_.reading == &tcp::kLinux) {
    wake_window(socket);
    start_retransmission(socket);
    return;
  }
  if (sending.again_since == kNever) sending.again_since = now_;
  refresh_facts(socket);
  auto const was = look_before(socket);
  auto outcome = machine_.happen(tcb, probes ? Event::ProbeTimeout : Event::RetransmissionTimeout);
  if (sending.retries < 255) ++sending.retries;
  bool const linear =
      tcb.state == State::SynSent && sending.retries <= settings_.syn_linear_timeouts;
  if (!linear) socket.round_trip.back_off(settings_);
  if (tcb.state == State::SynSent) socket.round_trip.at_least(settings_.rto_after_syn);
  if (kOpening.has(tcb.state)) sending.window = mss_of(socket);
  if (probes || kOpening.has(tcb.state)) {
    for (auto const& reply : outcome.replies()) transmit(socket, reply);
    note_path(id, was, outcome);
  } else {
    resend_head(id);
  }
  start_retransmission(socket);
  // kernel: tcp_clamp_rto_to_user_timeout()
  auto const left = until_user_gives_up(socket);
  if (left < socket.timers.retransmit - now_) socket.timers.retransmit = now_ + left;
}

// TCP_USER_TIMEOUT, where it is set, counts instead of the probes; while something is on its way,
// retransmission asks (kernel: tcp_keepalive_timer()).
void Host::keepalive_timeout(SocketId id) {
  auto& socket = sockets_[id];
  auto const& options = socket.options;
  auto const most = options.keep_count > 0 ? options.keep_count : settings_.keepalive_probes;
  auto const interval =
      options.keep_interval.us > 0 ? options.keep_interval : settings_.keepalive_interval;
  restart_keepalive(socket);
  if (socket.tcb.snd_una != socket.sending.end + (socket.tcb.fin_sent ? 1U : 0U)) return;
  bool const by_time = options.user_timeout.us > 0;
  bool const too_late = socket.probes > 0 && now_ - socket.heard_at >= options.user_timeout;
  if (by_time ? too_late : socket.probes >= most) {
    (void)happen(id, Event::KeepaliveLimit);
    return;
  }
  (void)happen(id, Event::KeepaliveTimeout);
  ++socket.probes;
  socket.timers.keepalive = now_ + interval;
}

void Host::closing_timeout(SocketId id) {
  bool const waits = sockets_[id].tcb.state == State::TimeWait;
  sockets_[id].timers.closing = kNever;
  (void)happen(id, waits ? Event::TimeWaitTimeout : Event::FinWait2Timeout);
}

}  // namespace lastack::lab
