#include "rig/kernel_subject.hh"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "capture/sock_diag/kernel_state.hh"
#include "capture/sock_diag/lookup.hh"
#include "rig/ip_packet.hh"

namespace lastack::rig {

namespace sock_diag = capture::sock_diag;
using lab::Error;
using lab::Result;
using lab::SocketId;

namespace {

struct Setting {
  std::string_view name;
  std::string_view value;
};
// Of net.ipv4: what makes an answer depend on more than state and segment.
constexpr auto kSettings = std::to_array<Setting>({
    {"tcp_timestamps", "0"},
    {"tcp_sack", "0"},
    {"tcp_window_scaling", "0"},
    {"tcp_early_retrans", "0"},
    {"tcp_congestion_control", "reno"},
    {"tcp_recovery", "0"},
    {"tcp_frto", "0"},
    {"tcp_ecn", "0"},
    {"tcp_fastopen", "0"},
    {"tcp_invalid_ratelimit", "0"},
    {"icmp_ratelimit", "0"},
    {"tcp_frto", "0"},
    {"tcp_no_metrics_save", "1"},
    {"tcp_pingpong_thresh", "255"},  // no delayed ACKs, for as long as a connection is young
});

struct Errno {
  int code;
  Error error;
};
constexpr auto kErrors = std::to_array<Errno>({
    {0, Error::None},
    {EAGAIN, Error::Again},
    {EINPROGRESS, Error::InProgress},
    {EALREADY, Error::Already},
    {EISCONN, Error::IsConnected},
    {ENOTCONN, Error::NotConnected},
    {ECONNREFUSED, Error::Refused},
    {ECONNRESET, Error::Reset},
    {ECONNABORTED, Error::Aborted},
    {ETIMEDOUT, Error::TimedOut},
    {EPIPE, Error::Pipe},
    {EADDRINUSE, Error::AddressInUse},
    {EADDRNOTAVAIL, Error::NoAddress},
    {EBADF, Error::BadDescriptor},
});

Error error_of(int code) {
  auto const* found = std::ranges::find(kErrors, code, &Errno::code);
  return found == kErrors.end() ? Error::Invalid : found->error;
}

// Of a call that returns -1 and sets errno, or a count.
Result result_of(ssize_t returned) {
  if (returned < 0) return {error_of(errno)};
  return {Error::None, static_cast<std::uint32_t>(returned)};
}

Result done_or_error(int returned) { return returned < 0 ? Result{error_of(errno)} : Result{}; }

sockaddr_in name_of(lab::Address address) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(address.port);
  name.sin_addr.s_addr = htonl(address.host);
  return name;
}

sockaddr const* as_sockaddr(sockaddr_in const& name) {
  return reinterpret_cast<sockaddr const*>(&name);
}

void set_number(int fd, int level, int option, int value) {
  (void)::setsockopt(fd, level, option, &value, sizeof value);
}

model::Address address_of(std::uint32_t host) {
  auto const bytes = htonl(host);
  return model::Address::from_bytes(&bytes, model::Family::Inet);
}

int fd_of(SocketId id) { return static_cast<int>(id); }
int whole_seconds(lab::Span span) { return static_cast<int>(span.us / 1'000'000); }

}  // namespace

KernelSubject::KernelSubject(std::uint32_t address, PrivateNetwork network,
                             sock_diag::Channel channel)
    : address_(address), network_(std::move(network)), channel_(std::move(channel)) {}

KernelSubject::~KernelSubject() {
  for (auto const fd : open_) ::close(fd);
}

base::Result<std::unique_ptr<KernelSubject>> KernelSubject::enter(std::uint32_t address) {
  auto network = PrivateNetwork::enter(address);
  if (!network) return std::unexpected(network.error());
  for (auto const& setting : kSettings) {
    auto const set = network->set(fmt::format("net.ipv4.{}", setting.name), setting.value);
    // What an older kernel does not have it does not do.
    if (!set && set.error().code != ENOENT) return std::unexpected(set.error());
  }
  auto channel = sock_diag::Channel::open();
  if (!channel) return std::unexpected(channel.error());
  return std::unique_ptr<KernelSubject>(
      new KernelSubject(address, std::move(*network), std::move(*channel)));
}

void KernelSubject::note(base::Error const& error) {
  if (!failure_) failure_ = error;
}

SocketId KernelSubject::socket() {
  int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    note({"socket: " + std::string(std::strerror(errno)), errno});
    return lab::kNoSocket;
  }
  open_.push_back(fd);
  return static_cast<SocketId>(fd);
}

void KernelSubject::set(SocketId id, lab::Options const& options) {
  int const fd = fd_of(id);
  set_number(fd, SOL_SOCKET, SO_REUSEADDR, options.reuse_address ? 1 : 0);
  set_number(fd, SOL_SOCKET, SO_KEEPALIVE, options.keepalive ? 1 : 0);
  set_number(fd, IPPROTO_TCP, TCP_NODELAY, options.no_delay ? 1 : 0);
  if (options.defer_accept) set_number(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1);
  if (options.keep_idle.us > 0)
    set_number(fd, IPPROTO_TCP, TCP_KEEPIDLE, whole_seconds(options.keep_idle));
  if (options.keep_interval.us > 0)
    set_number(fd, IPPROTO_TCP, TCP_KEEPINTVL, whole_seconds(options.keep_interval));
  if (options.keep_count > 0) set_number(fd, IPPROTO_TCP, TCP_KEEPCNT, options.keep_count);
  if (options.user_timeout.us > 0)
    set_number(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(options.user_timeout.us / 1000));
  if (options.linger2)
    set_number(fd, IPPROTO_TCP, TCP_LINGER2,
               options.linger2->us < 0 ? -1 : whole_seconds(*options.linger2));
  if (options.linger) {
    ::linger const value{.l_onoff = 1, .l_linger = whole_seconds(*options.linger)};
    (void)::setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, sizeof value);
  }
}

Result KernelSubject::bind(SocketId id, std::uint16_t port) {
  auto const name = name_of({address_, port});
  return done_or_error(::bind(fd_of(id), as_sockaddr(name), sizeof name));
}

Result KernelSubject::listen(SocketId id, std::uint32_t backlog) {
  return done_or_error(::listen(fd_of(id), static_cast<int>(backlog)));
}

Result KernelSubject::connect(SocketId id, lab::Address remote) {
  auto const name = name_of(remote);
  remotes_[id] = remote;
  return done_or_error(::connect(fd_of(id), as_sockaddr(name), sizeof name));
}

Result KernelSubject::accept(SocketId id) {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  int const fd =
      ::accept4(fd_of(id), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return result_of(fd);
  open_.push_back(fd);
  remotes_[static_cast<SocketId>(fd)] = {ntohl(peer.sin_addr.s_addr), ntohs(peer.sin_port)};
  return result_of(fd);
}

Result KernelSubject::send(SocketId id, std::uint32_t octets) {
  std::vector<char> const text(octets, 'x');
  return result_of(::send(fd_of(id), text.data(), text.size(), MSG_NOSIGNAL));
}

Result KernelSubject::receive(SocketId id, std::uint32_t octets) {
  std::vector<char> text(octets);
  return result_of(::recv(fd_of(id), text.data(), text.size(), 0));
}

Result KernelSubject::shutdown(SocketId id, lab::Shut how) {
  static constexpr std::array kHow{SHUT_RD, SHUT_WR, SHUT_RDWR};
  return done_or_error(::shutdown(fd_of(id), kHow.at(static_cast<std::size_t>(how))));
}

Result KernelSubject::close(SocketId id) {
  std::erase(open_, fd_of(id));
  remotes_.erase(id);
  return done_or_error(::close(fd_of(id)));
}

Result KernelSubject::abort(SocketId id) {
  sockaddr const nobody{.sa_family = AF_UNSPEC, .sa_data = {}};
  return done_or_error(::connect(fd_of(id), &nobody, sizeof nobody));
}

Error KernelSubject::take_error(SocketId id) {
  int code = 0;
  socklen_t size = sizeof code;
  if (::getsockopt(fd_of(id), SOL_SOCKET, SO_ERROR, &code, &size) != 0) return error_of(errno);
  return error_of(code);
}

void KernelSubject::inject(lab::Packet const& packet) {
  if (auto const sent = network_.send(encode(packet)); !sent) note(sent.error());
}

void KernelSubject::drain(std::vector<lab::Packet>& packets) {
  while (true) {
    auto const bytes = network_.receive();
    if (!bytes) return note(bytes.error());
    if (bytes->empty()) return;
    if (auto packet = decode(*bytes)) packets.push_back(*packet);
  }
}

lab::Moment KernelSubject::now() {
  auto const passed = std::chrono::steady_clock::now() - began_;
  return {std::chrono::duration_cast<std::chrono::microseconds>(passed).count()};
}

std::vector<lab::Packet> KernelSubject::wait(lab::Span most) {
  std::vector<lab::Packet> packets;
  drain(packets);
  if (!packets.empty() || most.us <= 0) return packets;
  pollfd device{.fd = network_.descriptor(), .events = POLLIN, .revents = 0};
  timespec const limit{.tv_sec = most.us / 1'000'000, .tv_nsec = most.us % 1'000'000 * 1000};
  if (::ppoll(&device, 1, &limit, nullptr) > 0) drain(packets);
  return packets;
}

base::Result<void> KernelSubject::set_host(std::string_view name, std::string_view value) {
  return network_.set(name, value);
}

std::vector<lab::Packet> KernelSubject::settle(lab::Span span) {
  using Clock = std::chrono::steady_clock;
  std::vector<lab::Packet> packets;
  auto const end = Clock::now() + std::chrono::microseconds(span.us);
  for (auto now = Clock::now(); now < end; now = Clock::now()) {
    auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(end - now).count() + 1;
    pollfd device{.fd = network_.descriptor(), .events = POLLIN, .revents = 0};
    if (::poll(&device, 1, static_cast<int>(left)) > 0) drain(packets);
  }
  drain(packets);
  return packets;
}

tcp::State KernelSubject::state_of(lab::Flow const& flow) {
  sock_diag::SocketKey key;
  key.flow = {.local = address_of(flow.local.host),
              .remote = address_of(flow.remote.host),
              .local_port = flow.local.port,
              .remote_port = flow.remote.port};
  auto const answer = sock_diag::look_up(channel_, key, {});
  if (!answer) {
    note(answer.error());
    return tcp::State::Closed;
  }
  if (!*answer) {
    if (!sock_diag::is_absent((*answer).error())) {
      note({"sock_diag: " + std::string(std::strerror((*answer).error())), (*answer).error()});
    }
    return tcp::State::Closed;
  }
  auto const state = model::tcp_state((*answer)->endpoint.state);
  // Where there is no connection, its listener is found.
  if (!state || *state == tcp::State::Listen) return tcp::State::Closed;
  return *state;
}

tcp::State KernelSubject::state_of(SocketId id) {
  tcp_info info{};
  socklen_t size = sizeof info;
  bool const ours = std::ranges::find(open_, fd_of(id)) != open_.end();
  if (!ours || ::getsockopt(fd_of(id), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
    return tcp::State::Closed;
  }
  auto const state = sock_diag::from_kernel(info.tcpi_state, model::Protocol::Tcp);
  return state.and_then(model::tcp_state).value_or(tcp::State::Closed);
}

lab::Flow KernelSubject::flow_of(SocketId id) {
  sockaddr_in name{};
  socklen_t size = sizeof name;
  lab::Flow flow{.local = {address_, 0}, .remote = {}};
  if (::getsockname(fd_of(id), reinterpret_cast<sockaddr*>(&name), &size) == 0) {
    flow.local.port = ntohs(name.sin_port);
  }
  if (auto const found = remotes_.find(id); found != remotes_.end()) flow.remote = found->second;
  return flow;
}

}  // namespace lastack::rig
