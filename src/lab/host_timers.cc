// Time passes.
#include <algorithm>
#include <bit>

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
    socket.timers.retransmit = now_ + clamped_rto(socket);
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
      timers = Timers();
      timers.closing = now_ + (own && own->us > 0 ? *own : settings_.fin_timeout);
      break;
    }
    case Arm::StopAll:
      timers = Timers();
      restart_keepalive(socket);
      break;
  }
  set_alarm(id);
}

// How long `retries` doublings from `base` take (kernel: tcp_model_timeout()).
Span Host::span_of_retries(std::uint32_t retries, Span base) const {
  auto const doublings = static_cast<std::uint32_t>(
      std::bit_width(static_cast<std::uint64_t>(settings_.rto_max / base)) - 1);
  auto const doubled = std::min(retries, doublings);
  return base * ((std::int64_t{2} << doubled) - 1) +
         settings_.rto_max * std::int64_t{retries - doubled};
}

// Linux counts the tries of a SYN, and of everything how long it has been sent again for: as long
// as so many retries take (kernel: tcp_write_timeout(), retransmits_timed_out()).
bool Host::is_given_up_by_linux(Socket const& socket) const {
  auto const& sending = socket.sending;
  if (socket.tcb.facts.has(Condition::Request)) return sending.retries >= settings_.synack_retries;
  if (sending.retries == 0) return false;
  bool const opening = kOpening.has(socket.tcb.state);
  std::uint32_t limit =
      socket.tcb.facts.has(Condition::Orphan) ? settings_.orphan_retries : settings_.retries2;
  if (opening) {
    limit = settings_.syn_retries;
    bool const linear = socket.tcb.state == State::SynSent;
    if (sending.retries >= limit + (linear ? settings_.syn_linear_timeouts : 0U)) return true;
  }
  auto const tried = now_ - (opening ? sending.first_try : sending.first_retry);
  auto const user = socket.options.user_timeout;
  if (user.us > 0) return tried >= user;
  return tried >= span_of_retries(limit, opening ? settings_.rto_initial : settings_.rto_min);
}

// So often, or for so long, that it is not worth trying any more.
bool Host::is_given_up(Socket const& socket) const {
  if (settings_.reading == &tcp::kLinux) return is_given_up_by_linux(socket);
  auto const tried = now_ - socket.sending.first_try;
  auto const user = socket.options.user_timeout;
  if (user.us > 0 && tried >= user) return true;
  return tried >= (kOpening.has(socket.tcb.state) ? settings_.give_up_syn : settings_.give_up);
}

// What is tried no longer than the user wants (kernel: tcp_clamp_rto_to_user_timeout()).
Span Host::clamped_rto(Socket const& socket) const {
  auto const rto = socket.round_trip.rto();
  auto const user = socket.options.user_timeout;
  if (user.us == 0 || socket.sending.first_retry == kNever) return rto;
  auto const left = user - (now_ - socket.sending.first_retry);
  return std::max(std::min(rto, left), milliseconds(1));
}

void Host::retransmission_timeout(SocketId id) {
  if (drop_stale_request(id)) return;
  auto& socket = sockets_[id];
  auto& sending = socket.sending;
  auto& tcb = socket.tcb;
  bool const probes = !kOpening.has(tcb.state) && tcb.snd_una == tcb.snd_nxt;
  socket.timers.retransmit = kNever;
  if (sending.first_try == kNever) sending.first_try = now_ + Span{-socket.round_trip.rto().us};
  if (is_given_up(socket)) {
    (void)happen(id, Event::RetransmissionLimit);
    return;
  }
  refresh_facts(socket);
  auto const was = look_before(socket);
  auto outcome = machine_.happen(tcb, probes ? Event::ProbeTimeout : Event::RetransmissionTimeout);
  if (sending.retries < 255) ++sending.retries;
  if (sending.first_retry == kNever) sending.first_retry = now_;
  bool const linear =
      tcb.state == State::SynSent && sending.retries <= settings_.syn_linear_timeouts;
  if (!linear) socket.round_trip.back_off(settings_);
  if (tcb.state == State::SynSent) socket.round_trip.at_least(settings_.rto_after_syn);
  if (kOpening.has(tcb.state)) sending.window = std::min(socket.peer_mss, settings_.mss);
  if (probes || kOpening.has(tcb.state)) {
    for (auto const& reply : outcome.replies()) transmit(socket, reply);
    note_path(id, was, outcome);
  } else {
    resend_head(id);
  }
  start_retransmission(socket);
}

void Host::keepalive_timeout(SocketId id) {
  auto& socket = sockets_[id];
  auto const& options = socket.options;
  auto const count = options.keep_count > 0 ? options.keep_count : settings_.keepalive_probes;
  auto const interval =
      options.keep_interval.us > 0 ? options.keep_interval : settings_.keepalive_interval;
  socket.timers.keepalive = kNever;
  if (socket.probes >= count) {
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
