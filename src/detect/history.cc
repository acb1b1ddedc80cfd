#include "detect/history.hh"

#include <algorithm>
#include <array>

#include "detect/scene.hh"

namespace lastack::detect {

using model::Cause;
using model::SocketState;

namespace {

Destination destination_of(model::Life const& life, std::uint64_t netns) {
  auto const& flow = life.endpoint.flow;
  return {flow.remote, netns, flow.remote_port, life.endpoint.family};
}

bool is_gone(SocketState state) { return state == SocketState::Closed; }

std::uint32_t second_bit(std::uint64_t time_ns) { return 1U << (time_ns / 1'000'000'000 % 32); }

// The first SYN was sent again, and there still was no answer.
bool is_long_unanswered(model::Transition const& transition) {
  return transition.dwell_ns != model::kUnknown64 && transition.dwell_ns >= 1'000'000'000;
}

// Where an attempt that came to nothing is counted.
std::uint32_t Attempts::* failure_of(Cause cause) {
  switch (cause) {
    case Cause::Refused:
    case Cause::Rst: return &Attempts::refused;
    case Cause::RetransmissionLimit: return &Attempts::timed_out;
    case Cause::Unreachable: return &Attempts::unreachable;
    case Cause::ConnectFailed: return &Attempts::no_port;
    case Cause::Close:
    case Cause::Exit:
    case Cause::Disconnect:
    case Cause::Destroyed:
    case Cause::NetnsRemoved: return &Attempts::given_up;
    default: return &Attempts::other;
  }
}

// The bytes that tell hosts apart: 4, or 16.
struct HostBytes {
  model::Address address;
  std::size_t count = 0;
  std::size_t network = 0;  // of them, that tell networks apart
};
HostBytes host_bytes(model::Endpoint const& endpoint) {
  auto const& remote = endpoint.flow.remote;
  if (endpoint.family == model::Family::Inet) return {remote, 4, 3};
  if (model::is_v4_mapped(remote)) return {model::unmapped(remote), 4, 3};
  return {remote, 16, 8};
}

}  // namespace

std::uint64_t host_hash(model::Endpoint const& endpoint) {
  auto const host = host_bytes(endpoint);
  return hash_of(std::span(host.address.bytes).first(host.count));
}
std::uint64_t network_hash(model::Endpoint const& endpoint) {
  auto const host = host_bytes(endpoint);
  return hash_of(std::span(host.address.bytes).first(host.network));
}

std::size_t HashKey::operator()(Destination const& key) const {
  return mix(hash_of(key.address.bytes) ^ (key.netns << 16U) ^ key.port);
}
std::size_t HashKey::operator()(Route const& key) const { return mix((*this)(key.to) ^ key.pid); }
std::size_t HashKey::operator()(Port const& key) const {
  return mix((key.netns << 16U) ^ key.port);
}

Attempts& Attempts::operator+=(Attempts const& other_half) {
  begun += other_half.begun;
  connected += other_half.connected;
  refused += other_half.refused;
  timed_out += other_half.timed_out;
  unreachable += other_half.unreachable;
  given_up += other_half.given_up;
  no_port += other_half.no_port;
  other += other_half.other;
  unanswered += other_half.unanswered;
  refused_seconds |= other_half.refused_seconds;
  return *this;
}

Breaks& Breaks::operator+=(Breaks const& other) {
  reset_in_use += other.reset_in_use;
  reset_unread += other.reset_unread;
  peer_seconds |= other.peer_seconds;
  unread_seconds |= other.unread_seconds;
  return *this;
}

ByProcess& ByProcess::operator+=(ByProcess const& other) {
  attempts += other.attempts;
  hosts += other.hosts;
  subnets += other.subnets;
  ports += other.ports;
  close_wait_entered += other.close_wait_entered;
  close_wait_left += other.close_wait_left;
  return *this;
}

ByDestination& ByDestination::operator+=(ByDestination const& other) {
  attempts += other.attempts;
  breaks += other.breaks;
  if (other.last_pid != 0) last_pid = other.last_pid;
  return *this;
}

ByRoute& ByRoute::operator+=(ByRoute const& other) {
  begun += other.begun;
  left += other.left;
  left_timed += other.left_timed;
  with_totals += other.with_totals;
  open_ns += other.open_ns;
  bytes_sent += other.bytes_sent;
  bytes_received += other.bytes_received;
  return *this;
}

ByPort& ByPort::operator+=(ByPort const& other) {
  requests += other.requests;
  connected += other.connected;
  unanswered += other.unanswered;
  dropped_full += other.dropped_full;
  reset += other.reset;
  breaks += other.breaks;
  sources += other.sources;
  close_wait_entered += other.close_wait_entered;
  close_wait_left += other.close_wait_left;
  return *this;
}

History::History(std::uint64_t now_ns) : started_ns_(now_ns), half_began_ns_(now_ns) {
  spells_.reserve(1024);
}

void History::count_attempt(model::Life const& life, model::Transition const& transition,
                            std::uint32_t pid, std::uint64_t netns) {
  auto const to = destination_of(life, netns);
  auto& process = processes_.at(pid);
  auto& destination = destinations_.at(to);
  if (transition.to == SocketState::SynSent) {
    ++process.attempts.begun;
    ++destination.attempts.begun;
    ++routes_.at({to, pid}).begun;
    process.hosts.add(host_hash(life.endpoint));
    process.subnets.add(network_hash(life.endpoint));
    process.ports.add(mix(life.endpoint.flow.remote_port));
    return;
  }
  bool const connected = !is_gone(transition.to);
  auto const count = connected ? &Attempts::connected : failure_of(transition.cause);
  bool const waited = count == &Attempts::given_up && is_long_unanswered(transition);
  for (auto* attempts : {&process.attempts, &destination.attempts}) {
    ++(attempts->*count);
    if (waited) ++attempts->unanswered;
    if (count == &Attempts::refused) attempts->refused_seconds |= second_bit(transition.time_ns);
  }
  bool const failed = !connected && (count != &Attempts::given_up || waited);
  if (failed) destination.last_pid = pid;
}

void History::count_request(model::Life const& life, model::Transition const& transition,
                            std::uint64_t netns) {
  auto& port = ports_.at({netns, life.endpoint.flow.local_port});
  if (transition.to == SocketState::SynReceived) {
    ++port.requests;
    port.sources.add(host_hash(life.endpoint));
    return;
  }
  if (!is_gone(transition.to)) {
    ++port.connected;
    return;
  }
  switch (transition.cause) {
    case Cause::SynAckLimit: ++port.unanswered; break;
    case Cause::AcceptQueueFull: ++port.dropped_full; break;
    case Cause::Rst: ++port.reset; break;
    default: break;
  }
}

bool History::came_in(model::Life const& life, std::uint64_t netns) const {
  if (life.opened_by != model::Side::Unknown) return life.opened_by == model::Side::Remote;
  return first_listeners_.contains({netns, life.endpoint.flow.local_port});
}

void History::count_break(model::Life const& life, model::Transition const& transition,
                          std::uint32_t pid, std::uint64_t netns) {
  bool const by_peer =
      transition.cause == Cause::Rst && transition.from == SocketState::Established;
  bool const unread = transition.cause == Cause::UnreadData;
  if (!by_peer && !unread) return;
  auto const second = second_bit(transition.time_ns);
  auto const add = [&](Breaks& breaks) {
    ++(by_peer ? breaks.reset_in_use : breaks.reset_unread);
    (by_peer ? breaks.peer_seconds : breaks.unread_seconds) |= second;
  };
  if (came_in(life, netns)) return add(ports_.at({netns, life.endpoint.flow.local_port}).breaks);
  auto& destination = destinations_.at(destination_of(life, netns));
  add(destination.breaks);
  destination.last_pid = pid;
}

void History::on_transition(model::Life const& life, model::Transition const& transition,
                            model::Process const* owner, std::uint64_t netns) {
  auto const pid = owner == nullptr ? 0 : owner->pid;
  if (owner != nullptr) remember(*owner);
  auto const from = transition.from;
  auto const to = transition.to;
  if (to == SocketState::Listen || from == SocketState::Listen) {
    if (to != SocketState::SynReceived) return;  // a listener comes or goes
  }
  bool const request = to == SocketState::SynReceived || from == SocketState::SynReceived;
  if (to == SocketState::SynSent || from == SocketState::SynSent) {
    count_attempt(life, transition, pid, netns);
  } else if (request) {
    count_request(life, transition, netns);
  } else if (is_gone(to) && from != SocketState::TimeWait) {
    count_break(life, transition, pid, netns);
  }
  if (from == SocketState::Established && life.opened_by == model::Side::Local) {
    auto& route = routes_.at({destination_of(life, netns), pid});
    ++route.left;
    if (life.born_ns != 0 && transition.time_ns > life.born_ns) {
      ++route.left_timed;
      route.open_ns += transition.time_ns - life.born_ns;
    }
  }
  if (to != SocketState::CloseWait && from != SocketState::CloseWait) return;
  auto const count = [&](auto& counts) {
    ++(to == SocketState::CloseWait ? counts.close_wait_entered : counts.close_wait_left);
  };
  count(processes_.at(pid));
  if (came_in(life, netns)) count(ports_.at({netns, life.endpoint.flow.local_port}));
}

void History::on_end(model::Life const& life, model::Process const* owner, std::uint64_t netns) {
  if (life.opened_by != model::Side::Local || !life.totals_known) return;
  auto& route = routes_.at({destination_of(life, netns), owner == nullptr ? 0 : owner->pid});
  ++route.with_totals;
  route.bytes_sent += life.totals.bytes_sent;
  route.bytes_received += life.totals.bytes_received;
}

void History::remember(model::Process const& process) {
  auto found = actors_.find(process.pid);
  if (found == actors_.end()) {
    if (actors_.size() >= kMostProcesses) return;  // it has no name once its sockets have gone
    found = actors_.emplace(process.pid, Actor{process, true, false}).first;
  }
  found->second.acted = true;
  auto& known = found->second.process;
  // It was read completely meanwhile, or is another program by now.
  bool const is_news = known.comm != process.comm || known.start_unix_ms != process.start_unix_ms ||
                       (known.exe != process.exe && !process.exe.empty());
  if (is_news) known = process;
}

void History::forget_idle() {
  std::erase_if(
      actors_, [](auto const& entry) { return !entry.second.acted && !entry.second.acted_before; });
  for (auto& [pid, actor] : actors_) {
    actor.acted_before = actor.acted;
    actor.acted = false;
  }
}

model::Process const* History::process(std::uint32_t pid) const {
  auto const found = actors_.find(pid);
  return found == actors_.end() ? nullptr : &found->second.process;
}

void History::advance(std::uint64_t now_ns) {
  if (now_ns < half_began_ns_ + kHalf) return;
  bool const long_silent = now_ns >= half_began_ns_ + 2 * kHalf;
  for (int turns = long_silent ? 2 : 1; turns > 0; --turns) {
    processes_.turn();
    destinations_.turn();
    routes_.turn();
    ports_.turn();
    forget_idle();
    for (auto& [listener, drops] : drops_) {
      drops.before = drops.began;
      drops.began = drops.now;
    }
  }
  has_before_ = !long_silent;
  half_began_ns_ = now_ns;
}

double History::covered_s(std::uint64_t now_ns) const {
  auto const half = now_ns > half_began_ns_ ? now_ns - half_began_ns_ : 0;
  auto const covered = half + (has_before_ ? kHalf : 0);
  return std::max(1e-3, static_cast<double>(covered) * 1e-9);
}

void History::note_spell(std::uint64_t cookie, Condition condition, Level level,
                         std::uint64_t now_ns) {
  SpellKey const key{cookie, condition};
  auto found = spells_.find(key);
  if (found == spells_.end()) {
    if (spells_.size() >= kMostSpells) {
      ++spells_without_room_;
      return;
    }
    found = spells_.emplace(key, Spell{now_ns, level, 0}).first;
  }
  auto& spell = found->second;
  spell.look = looks_;
  // What the kernel counts says more than a length of the queue, and is not always at hand.
  if (level.counted != spell.level.counted && !level.counted) return;
  // Something was read meanwhile: it is not the same data that waits. The number goes around.
  bool const alike = level.counted == spell.level.counted;
  if (alike && static_cast<std::int32_t>(level.read - spell.level.read) > 0) {
    spell.since_ns = now_ns;
  }
  spell.level = level;
}

void History::note_drops(std::uint64_t listener, std::uint32_t drops) {
  auto found = drops_.find(listener);
  if (found == drops_.end()) {
    if (drops_.size() >= kMostListeners) {
      ++spells_without_room_;
      return;
    }
    found = drops_.emplace(listener, Drops{drops, drops, drops, 0}).first;
  }
  found->second.now = drops;
  found->second.look = looks_;
}

namespace {

// Where it is not known how much came, a fall of the queue still shows.
History::Level level_of(Scene const& scene, model::Endpoint const& row) {
  auto const* details = scene.snapshot->details_of(row);
  bool const known = details != nullptr && details->bytes_received != model::kUnknown64;
  auto const came = static_cast<std::uint32_t>(known ? details->bytes_received : 0);
  return {.read = came - row.recv_queue, .counted = known};
}

}  // namespace

void History::note(Scene const& scene) {
  advance(scene.now_ns);
  ++looks_;
  for (auto const& row : scene.snapshot->endpoints) {
    if (row.protocol != model::Protocol::Tcp || row.cookie == 0) continue;
    auto const note = [&](Condition condition, Level level = {}) {
      note_spell(row.cookie, condition, level, scene.now_ns);
    };
    if (row.state == SocketState::Listen) {
      bool const notes = looks_ == 1 && first_listeners_.size() < kMostListeners;
      if (notes) first_listeners_.insert(scene.port_of(row));
      if (row.recv_queue > 0) note(Condition::AcceptQueueWaiting);
      if (row.recv_queue > row.send_queue) note(Condition::AcceptQueueFull);
      auto const* details = scene.snapshot->details_of(row);
      if (details != nullptr && details->mem_drops != model::kUnknown32) {
        note_drops(row.cookie, details->mem_drops);
      }
      continue;
    }
    bool const sends = row.state == SocketState::Established || row.state == SocketState::CloseWait;
    if (row.recv_queue > 0 && sends) note(Condition::Unread, level_of(scene, row));
    switch (row.timer) {
      case model::TimerKind::Persist: note(Condition::WindowClosed); break;
      case model::TimerKind::Retransmit:
        if (row.retransmits > 0 && sends) note(Condition::Retransmitting);
        break;
      case model::TimerKind::Keepalive:
        if (row.retransmits > 0 && sends) note(Condition::ProbesUnanswered);
        break;
      default: break;
    }
  }
  std::erase_if(spells_, [&](auto const& entry) { return entry.second.look != looks_; });
  std::erase_if(drops_, [&](auto const& entry) { return entry.second.look != looks_; });
}

std::uint64_t History::since(std::uint64_t cookie, Condition condition) const {
  auto const found = spells_.find({cookie, condition});
  return found == spells_.end() ? 0 : found->second.since_ns;
}

std::uint32_t History::drops_of(std::uint64_t listener) const {
  auto const found = drops_.find(listener);
  return found == drops_.end() ? 0 : found->second.now - found->second.before;
}

bool History::listened_first(Port const& port) const {
  return first_listeners_.size() >= kMostListeners || first_listeners_.contains(port);
}

std::uint64_t History::forgotten() const {
  return processes_.forgotten() + destinations_.forgotten() + routes_.forgotten() +
         ports_.forgotten() + spells_without_room_;
}

}  // namespace lastack::detect
