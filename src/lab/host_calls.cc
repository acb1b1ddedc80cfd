// What programs call.
#include <algorithm>
#include <utility>

#include "lab/host.hh"

namespace lastack::lab {

using tcp::Condition;
using tcp::Conditions;
using tcp::Event;
using tcp::Outcome;
using tcp::State;
using tcp::StateSet;

namespace {

constexpr StateSet kHasRead = State::Established | State::FinWait1 | State::FinWait2;
constexpr StateSet kMayShut =
    State::SynSent | State::SynReceived | State::Established | StateSet(State::CloseWait);

bool is_request(Socket const& socket) { return socket.tcb.facts.has(Condition::Request); }

}  // namespace

Outcome Host::happen(SocketId id, Event event, Conditions extra) {
  auto& socket = sockets_[id];
  refresh_facts(socket);
  auto const was = look_before(socket);
  auto outcome = machine_.happen(socket.tcb, event, extra);
  follow(id, was, outcome);
  return outcome;
}

SocketId Host::socket() {
  auto const id = sockets_.add();
  auto& socket = sockets_[id];
  socket.open = true;
  socket.flow.local.host = address_;
  socket.round_trip = RoundTrip(settings_.rto_initial);
  return id;
}

Result Host::bind(SocketId id, std::uint16_t port) {
  if (!sockets_.is_open(id)) return {Error::BadDescriptor};
  auto& socket = sockets_[id];
  if (socket.bound) return {Error::Invalid};
  if (!sockets_.can_bind(port, socket.options.reuse_address)) return {Error::AddressInUse};
  sockets_.bind(id, port);
  socket.named = true;
  return {};
}

Result Host::listen(SocketId id, std::uint32_t backlog) {
  if (!sockets_.is_open(id)) return {Error::BadDescriptor};
  auto& socket = sockets_[id];
  if (socket.listening) {
    socket.listening->backlog = std::min(backlog, settings_.somaxconn);
    return {};
  }
  if (socket.tcb.state != State::Closed) return {Error::Invalid};
  if (!socket.bound) sockets_.bind(id, choose_port({}));
  if (!sockets_.can_listen(socket.flow.local.port)) return {Error::AddressInUse};
  (void)happen(id, Event::OpenPassive);
  socket.listening = std::make_unique<Listening>();
  socket.listening->backlog = std::min(backlog, settings_.somaxconn);
  sockets_.listen(id);
  return {};
}

std::uint16_t Host::choose_port(Address remote) {
  constexpr std::uint16_t kFirst = 32768;
  constexpr std::uint16_t kLast = 60999;
  for (int tries = 0; tries <= kLast - kFirst; ++tries) {
    auto const port = next_port_;
    next_port_ = next_port_ == kLast ? kFirst : static_cast<std::uint16_t>(next_port_ + 1);
    bool const taken = sockets_.find({{address_, port}, remote}) != kNoSocket ||
                       sockets_.find_listener(port) != kNoSocket;
    if (!taken) return port;
  }
  return 0;
}

// What came of the connect() before, once (kernel: __inet_stream_connect()). nullopt: there was
// none.
std::optional<Result> Host::phase_of(Socket& socket) {
  auto const state = socket.tcb.state;
  if (socket.phase == Phase::Connected) return Result{Error::IsConnected};
  if (state == State::SynSent || state == State::SynReceived) return Result{Error::Already};
  if (socket.phase == Phase::Unconnected) {
    if (state != State::Closed) return Result{Error::IsConnected};
    return std::nullopt;
  }
  socket.phase = state == State::Closed ? Phase::Unconnected : Phase::Connected;
  if (state != State::Closed) return Result{};
  auto const error = std::exchange(socket.error, Error::None);
  return Result{error == Error::None ? Error::Aborted : error};
}

Result Host::connect(SocketId id, Address remote) {
  if (!sockets_.is_open(id)) return {Error::BadDescriptor};
  if (now_.us < settings_.quiet_time.us) return {Error::NotYet};
  auto& socket = sockets_[id];
  if (auto const come = phase_of(socket)) return *come;
  auto port = socket.flow.local.port;
  if (!socket.bound) port = choose_port(remote);
  Flow const flow{{address_, port}, remote};
  if (port == 0 || sockets_.find(flow) != kNoSocket) return {Error::NoAddress};
  sockets_.connect(id, flow);
  socket.tcb = {};
  socket.tcb.iss = new_iss();
  socket.tcb.rcv_wnd = settings_.receive_buffer;
  socket.sending = {};
  socket.receiving = {};
  socket.round_trip = RoundTrip(settings_.rto_initial);
  socket.probes = 0;
  socket.sending.end = socket.tcb.iss + 1;
  socket.phase = Phase::Connecting;
  (void)happen(id, Event::OpenActive, Condition::RemoteGiven);
  return {Error::InProgress};
}

Result Host::accept(SocketId id) {
  if (!sockets_.is_open(id)) return {Error::BadDescriptor};
  auto& socket = sockets_[id];
  if (!socket.listening) return {Error::Invalid};
  auto& queue = socket.listening->accepted;
  if (queue.empty()) return {Error::Again};
  auto const child = queue.front();
  queue.pop_front();
  sockets_[child].open = true;
  sockets_[child].phase = Phase::Connected;
  sockets_[child].parent = kNoSocket;
  return {Error::None, child};
}

Result Host::send(SocketId id, std::uint32_t octets) {
  if (!sockets_.is_open(id)) return {Error::BadDescriptor};
  auto& socket = sockets_[id];
  if (socket.error != Error::None) return {std::exchange(socket.error, Error::None)};
  // The answer to the SYN is awaited first (kernel: tcp_sendmsg_locked()).
  bool const opening = socket.tcb.state == State::SynSent || socket.tcb.state == State::SynReceived;
  if (opening && settings_.reading == &tcp::kLinux) return {Error::Again};
  auto const held =
      static_cast<std::uint32_t>(std::max(0, distance(socket.tcb.snd_una, socket.sending.end)));
  bool const writes = socket.tcb.state != State::Closed && !socket.listening;
  if (writes && !socket.sending.fin_wanted) {
    octets = std::min(octets, settings_.send_buffer - std::min(settings_.send_buffer, held));
    if (octets == 0) return {Error::Again};
  }
  refresh_facts(socket);
  auto const was = look_before(socket);
  auto const outcome = machine_.happen(socket.tcb, Event::Send);
  if (outcome.tell() != tcp::Tell::Ok && outcome.tell() != tcp::Tell::Queued) {
    bool const over = outcome.tell() == tcp::Tell::Closing || settings_.reading == &tcp::kLinux;
    return {over ? Error::Pipe : error_of(outcome.tell())};
  }
  socket.sending.end = socket.sending.end + octets;
  follow(id, was, outcome);
  return {Error::None, octets};
}

Result Host::receive(SocketId id, std::uint32_t octets) {
  if (!sockets_.is_open(id)) return {Error::BadDescriptor};
  auto& socket = sockets_[id];
  auto& receiving = socket.receiving;
  if (receiving.unread > 0) {
    auto const taken = std::min(octets, receiving.unread);
    receiving.unread -= taken;
    update_window(socket);
    return {Error::None, taken};
  }
  // The end comes before an error that came behind it (kernel: SOCK_DONE).
  if (receiving.fin_seen) return {Error::None, 0};
  if (socket.error != Error::None) return {std::exchange(socket.error, Error::None)};
  if (receiving.shut) return {Error::None, 0};
  if (kHasRead.has(socket.tcb.state)) return {Error::Again};
  bool const opening = socket.tcb.state == State::SynSent || socket.tcb.state == State::SynReceived;
  if (opening) return {Error::Again};
  return {Error::NotConnected};
}

Result Host::shutdown(SocketId id, Shut how) {
  if (!sockets_.is_open(id)) return {Error::BadDescriptor};
  auto& socket = sockets_[id];
  // Of TIME_WAIT only the mini-socket is left.
  bool const gone = socket.tcb.state == State::Closed ||
                    (socket.tcb.state == State::TimeWait && settings_.reading == &tcp::kLinux);
  bool const opening = socket.tcb.state == State::SynSent || socket.tcb.state == State::SynReceived;
  if (socket.phase == Phase::Connecting && !gone && !opening) socket.phase = Phase::Connected;
  if (how != Shut::Write) {
    socket.receiving.shut = true;
    socket.tcb.facts.set(Condition::Deaf);
  }
  if (gone) return {Error::NotConnected};
  if (socket.listening) {
    if (how == Shut::Write) return {};
    end_listener(id);
    socket.receiving.shut = false;
    return {};
  }
  if (socket.tcb.state == State::SynSent && settings_.reading == &tcp::kLinux) return abort(id);
  if (how == Shut::Read || !kMayShut.has(socket.tcb.state)) return {};
  socket.sending.fin_wanted = true;
  // Until the handshake is over it only waits (kernel: tcp_shutdown()).
  bool const waits = socket.tcb.state == State::SynReceived && settings_.reading == &tcp::kLinux;
  if (!waits) (void)happen(id, Event::Close);
  return {};
}

// What nobody has accepted is reset. On Linux a request stays until somebody looks at it; the
// standard, which knows no listener of several connections, has ABORT for what nobody wants.
void Host::end_listener(SocketId id) {
  bool const linux = settings_.reading == &tcp::kLinux;
  auto& listening = *sockets_[id].listening;
  auto children = std::exchange(listening.accepted, {});
  if (listening.requests > 0) {
    for (SocketId child = 0; child < sockets_.places(); ++child) {
      auto& socket = sockets_[child];
      bool const requests = socket.in_use && socket.parent == id && is_request(socket);
      if (requests && linux) socket.parent = kNoSocket;
      if (requests && !linux) children.push_back(child);
    }
  }
  for (auto const child : children) {
    sockets_[child].parent = kNoSocket;
    if (sockets_[child].tcb.state == State::Closed) {
      sockets_.free(child);
    } else {
      (void)happen(child, linux ? Event::ListenerClosed : Event::Abort);
    }
  }
  sockets_[id].listening.reset();
  (void)happen(id, Event::Close);
}

// close() of what is not over yet: nobody can read any more.
void Host::let_linger(SocketId id) {
  auto& socket = sockets_[id];
  socket.tcb.facts |= Condition::Orphan | Condition::Deaf;
  bool const waits = !socket.options.linger2 || socket.options.linger2->us >= 0;
  bool const linux = settings_.reading == &tcp::kLinux;
  if (socket.tcb.state != State::FinWait2 || !linux || !waits) return;
  arm(id, tcp::Arm::FinWait2);
  socket.tcb.facts.set(Condition::Mini);
}

Result Host::close(SocketId id) {
  if (!sockets_.is_open(id)) return {Error::BadDescriptor};
  auto& socket = sockets_[id];
  socket.open = false;
  if (socket.listening) {
    end_listener(id);
    return {};
  }
  if (socket.tcb.state == State::Closed) {
    bury(id);
    return {};
  }
  bool const resets =
      settings_.closes_with_reset &&
      (socket.receiving.unread > 0 || (socket.options.linger && socket.options.linger->us == 0));
  socket.sending.fin_wanted = !resets;
  let_linger(id);
  (void)happen(id, Event::Close, resets ? Conditions(Condition::CloseResets) : Conditions());
  return {};
}

Result Host::abort(SocketId id) {
  if (!sockets_.is_open(id)) return {Error::BadDescriptor};
  auto& socket = sockets_[id];
  if (socket.listening) {
    end_listener(id);
    return {};
  }
  if (socket.tcb.state != State::Closed) (void)happen(id, Event::Abort);
  socket.receiving = {};
  socket.phase = Phase::Unconnected;
  return {};
}

Error Host::take_error(SocketId id) {
  return sockets_.is_open(id) ? std::exchange(sockets_[id].error, Error::None)
                              : Error::BadDescriptor;
}

}  // namespace lastack::lab
