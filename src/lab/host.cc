#include "lab/host.hh"

namespace lastack::lab {

using tcp::Condition;
using tcp::Seq;
using tcp::State;

Host::Host(std::uint32_t address, Settings const& settings, std::uint64_t seed, Observer* observer)
    : address_(address),
      settings_(settings),
      machine_(*settings.reading),
      random_(seed * 0x9e3779b97f4a7c15ULL + address),
      secret_(random()),
      observer_(observer) {}

// splitmix64
std::uint64_t Host::random() {
  random_ += 0x9e3779b97f4a7c15ULL;
  auto x = random_;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

Seq Host::new_iss() { return Seq(static_cast<std::uint32_t>(random())); }

State Host::state_of(Flow const& flow) const {
  auto const id = sockets_.find(flow);
  return id == kNoSocket ? State::Closed : sockets_[id].tcb.state;
}

// What the table may ask of the connection besides its numbers.
void Host::refresh_facts(Socket& socket) const {
  auto& facts = socket.tcb.facts;
  bool const unsent = before(socket.tcb.snd_nxt, socket.sending.end) && !socket.tcb.fin_sent;
  facts.set(Condition::UnsentData, unsent || !has_room(socket));
  // A socket has memory at hand once text has passed, in either direction.
  bool const passed = socket.receiving.total > 0 || before(socket.tcb.iss + 1, socket.sending.end);
  facts.set(Condition::Flowing, passed && socket.receiving.ahead.empty());
  facts.set(Condition::DataOnHand, socket.receiving.unread > 0);
  facts.set(Condition::Rfc1337, settings_.rfc1337);
  // An ACK that is older than all that was ever acknowledged is too old (kernel: tcp_ack()).
  if (settings_.reading == &tcp::kLinux) {
    auto& largest = socket.sending.largest_window;
    largest = std::max(largest, socket.tcb.max_snd_wnd);
    socket.tcb.max_snd_wnd = std::min(largest, socket.sending.acked);
  }
  facts.set(Condition::NoLinger2, socket.options.linger2 && socket.options.linger2->us < 0);
  if (!facts.has(Condition::Request) || socket.parent == kNoSocket) return;
  auto const& listener = sockets_[socket.parent];
  bool const full = settings_.limits_queues && listener.listening->is_full();
  facts.set(Condition::AcceptQueueFull, full);
  facts.set(Condition::AbortOnOverflow, settings_.abort_on_overflow);
  // For as long as one repetition of the SYN+ACK takes (kernel: tcp_check_req()).
  bool const defers = listener.options.defer_accept && socket.sending.retries == 0;
  facts.set(Condition::DeferAccept, defers);
}

// Every step that the rows of one event led through.
void Host::note_path(SocketId id, Before const& before, tcp::Outcome const& outcome) {
  if (observer_ == nullptr) return;
  auto state = before.state;
  for (auto const* rule : outcome.rules()) {
    if (!rule->changes(state)) continue;
    auto const next = rule->next(state);
    observer_->changed(address_, now_, {id, sockets_[id].flow, state, next, rule});
    state = next;
  }
}

// What is over can no longer be found; it is forgotten once no process and no listener has it.
void Host::bury(SocketId id) {
  auto& socket = sockets_[id];
  socket.timers = Timers();
  socket.receiving.ahead.clear();
  auto const port = socket.flow.local.port;
  sockets_.let_go(id);
  if (socket.open && socket.named) sockets_.bind(id, port);
  bool const waits = socket.parent != kNoSocket && !socket.tcb.facts.has(Condition::Request);
  if (!socket.open && !waits) sockets_.free(id);
}

}  // namespace lastack::lab
