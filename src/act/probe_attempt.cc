#include "act/probe_attempt.hh"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "act/probe_clock.hh"
#include "act/probe_errors.hh"
#include "act/probe_verdict.hh"
#include "capture/netns/enter.hh"

namespace lastack::act {
namespace {

using model::Family;
using model::PeerEnd;
using model::ProbeStage;
using model::ProbeStep;

// After the first words of the peer, its next ones are waited for that long.
constexpr std::uint64_t kMoreWords = 50'000'000;  // ns
// Read and thrown away before the socket is closed: what is unread would turn the FIN into a RST.
constexpr std::size_t kMaxDrained = 1U << 20U;
// A kernel that may choose any free port may choose the probed one, and connect it to itself.
constexpr int kTries = 4;

std::uint64_t nanoseconds(std::chrono::milliseconds time) {
  return static_cast<std::uint64_t>(time.count()) * 1'000'000U;
}

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] sockaddr const* get() const { return reinterpret_cast<sockaddr const*>(&storage); }
};

SocketAddress to_socket_address(model::Address const& address, Family family, std::uint16_t port,
                                std::uint32_t scope) {
  SocketAddress result;
  if (family == Family::Inet) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.bytes.data(), sizeof v4.sin_addr);
    std::memcpy(&result.storage, &v4, sizeof v4);
    result.size = sizeof v4;
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_scope_id = scope;
    std::memcpy(&v6.sin6_addr, address.bytes.data(), sizeof v6.sin6_addr);
    std::memcpy(&result.storage, &v6, sizeof v6);
    result.size = sizeof v6;
  }
  return result;
}

bool is_connecting(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  return ::getsockopt(fd, SOL_TCP, TCP_INFO, &info, &size) == 0 && info.tcpi_state == TCP_SYN_SENT;
}

base::Fd new_socket(Family family) {
  int const domain = family == Family::Inet ? AF_INET : AF_INET6;
  return base::Fd(::socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
}

}  // namespace

void ProbeAttempt::begin() {
  result_.family = target_.family;
  result_.flow.remote = target_.address;
  result_.flow.remote_port = target_.port;
  result_.started_ns = probe_now_ns();
  result_.peer_is_here = peers_.has(target_);
  if (!target_.unresolved.empty()) {
    result_.problem = target_.unresolved;
    return finish();
  }
  for (int tried = 0; tried < kTries; ++tried) {
    if (!open() || !bind_source() || !connect()) return;
    learn_local_end();
    if (!is_own_end()) break;
    socket_ = {};
    if (tried + 1 == kTries) {
      result_.problem = "the only local port left is the probed one";
      return fail(ProbeStage::Connect, EADDRINUSE);
    }
  }
  step(Kind::ConnectCalled, {.time_ns = result_.started_ns});
  due_ns_ = result_.started_ns + nanoseconds(options_.timeout);
}

bool ProbeAttempt::open() {
  result_.stage = ProbeStage::Open;
  int error = 0;
  if (options_.netns == nullptr) {
    socket_ = new_socket(target_.family);
    error = errno;
  } else {
    auto const made = capture::netns::run_in(*options_.netns, [&] {
      socket_ = new_socket(target_.family);
      error = errno;
    });
    if (!made) {
      result_.problem = made.error().message;
      error = made.error().code;
    }
  }
  if (!socket_.valid()) {
    fail(ProbeStage::Open, error);
    return false;
  }
  if (auto const queued = queue_icmp_errors(socket_.get(), target_.family); !queued) {
    result_.problem = queued.error().message;
    fail(ProbeStage::Open, queued.error().code);
    return false;
  }
  return true;
}

bool ProbeAttempt::bind_source() {
  if (!options_.source || options_.source_family != target_.family) return true;
  result_.stage = ProbeStage::Bind;
  // The port is chosen by connect(), which may use one for several peers.
  int const on = 1;
  auto const source = to_socket_address(*options_.source, target_.family, 0, target_.scope);
  if (::setsockopt(socket_.get(), SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) != 0 ||
      ::bind(socket_.get(), source.get(), source.size) != 0) {
    fail(ProbeStage::Bind, errno);
    return false;
  }
  return true;
}

bool ProbeAttempt::connect() {
  result_.stage = ProbeStage::Connect;
  auto const peer = to_socket_address(target_.address, target_.family, target_.port, target_.scope);
  result_.started_ns = probe_now_ns();
  if (::connect(socket_.get(), peer.get(), peer.size) != 0 && errno != EINPROGRESS) {
    fail(ProbeStage::Connect, errno);
    return false;
  }
  result_.stage = ProbeStage::Handshake;
  return true;
}

void ProbeAttempt::learn_local_end() {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return;
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    result_.flow.local = model::Address::from_bytes(&v4.sin_addr, Family::Inet);
    result_.flow.local_port = ntohs(v4.sin_port);
  } else if (storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage, sizeof v6);
    result_.flow.local = model::Address::from_bytes(&v6.sin6_addr, Family::Inet6);
    result_.flow.local_port = ntohs(v6.sin6_port);
  }
}

// RFC 9293 lets a socket that sends a SYN to itself connect (both SYNs cross): nobody listens.
bool ProbeAttempt::is_own_end() const {
  return result_.flow.local_port == result_.flow.remote_port &&
         result_.flow.local == result_.flow.remote;
}

void ProbeAttempt::on_ready() {
  if (is_over_) return;
  auto icmp = take_icmp_error(socket_.get());
  if (result_.stage == ProbeStage::Established) return listen_to_peer();
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (icmp) {
    // The kernel gives up for it as well; where it came while connect() ran, only at its next try.
    icmp->own = icmp->from == result_.flow.local || icmp->from == target_.address;
    icmp->own = icmp->own && (result_.peer_is_here || icmp->from == result_.flow.local);
    result_.icmp = icmp;
    step(Kind::Icmp, {.icmp = icmp});
  }
  // A RST ends a handshake as ECONNREFUSED. Any other came after it.
  if (error == ECONNRESET || error == EPIPE) {
    establish();
    result_.peer_end = PeerEnd::Reset;
    step(Kind::PeerReset);
    return finish();
  }
  if (error != 0 || icmp) return take_error(error);
  if (is_connecting(socket_.get())) return;
  establish();
  send_first_words();
  if (is_over_) return;
  if (options_.banner.count() == 0) return finish();
  listen_to_peer();
}

void ProbeAttempt::take_error(int error) {
  if (error == ETIMEDOUT) result_.timed_out = true;
  if (result_.timed_out) look_at_listener();
  fail(result_.stage, error);
}

void ProbeAttempt::establish() {
  established_ns_ = probe_now_ns();
  result_.stage = ProbeStage::Established;
  result_.handshake_ns = established_ns_ - result_.started_ns;
  read_tcp_info();
  step(Kind::Established, {.time_ns = established_ns_});
  due_ns_ = established_ns_ + nanoseconds(options_.banner);
}

// Until now nothing but SYNs was sent, so what was sent again was a SYN.
void ProbeAttempt::read_tcp_info() {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket_.get(), SOL_TCP, TCP_INFO, &info, &size) != 0) return;
  result_.syns_sent = 1 + info.tcpi_total_retrans;
  if (result_.stage == ProbeStage::Established && info.tcpi_rtt > 0) result_.rtt_us = info.tcpi_rtt;
}

void ProbeAttempt::send_first_words() {
  if (options_.send.empty()) return;
  auto const sent = ::send(socket_.get(), options_.send.data(), options_.send.size(), MSG_NOSIGNAL);
  if (sent >= 0) {
    step(Kind::Sent, {.bytes = static_cast<std::uint64_t>(sent)});
  } else if (errno == ECONNRESET || errno == EPIPE) {
    result_.peer_end = PeerEnd::Reset;
    step(Kind::PeerReset);
    finish();
  }
}

void ProbeAttempt::listen_to_peer() {
  std::array<char, ProbeOptions::kMaxBanner> buffer{};
  for (;;) {
    auto const got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      result_.peer_end = got == 0 ? PeerEnd::Closed : PeerEnd::Reset;
      step(got == 0 ? Kind::PeerClosed : Kind::PeerReset);
      return finish();
    }
    auto const now = probe_now_ns();
    auto const bytes = static_cast<std::size_t>(got);
    if (result_.banner.empty()) {
      result_.banner_ns = now - established_ns_;
      step(Kind::Banner, {.time_ns = now, .bytes = bytes});
      due_ns_ = std::min(due_ns_, now + kMoreWords);
    }
    auto const room = options_.banner_bytes - result_.banner.size();
    result_.banner.append(buffer.data(), std::min(room, bytes));
    if (bytes > room) {
      result_.banner_cut = true;
      return finish();
    }
  }
}

void ProbeAttempt::on_time() {
  if (is_over_) return;
  if (result_.stage == ProbeStage::Established) {
    result_.banner_waited = result_.banner.empty();
    if (result_.banner_waited) look_at_listener();
    return finish();
  }
  result_.timed_out = true;
  look_at_listener();
  fail(ProbeStage::Handshake, ETIMEDOUT);
}

void ProbeAttempt::look_at_listener() {
  if (result_.peer_is_here) result_.listener = peers_.listener_of(target_, result_.flow);
}

void ProbeAttempt::fail(ProbeStage stage, int error) {
  result_.stage = stage;
  result_.error = error;
  if (socket_.valid()) read_tcp_info();
  if (!result_.icmp || error != 0) step(Kind::Failed, {.error = error});
  finish();
}

void ProbeAttempt::give_up(int error) { fail(ProbeStage::Open, error); }

void ProbeAttempt::cancel() {
  if (is_over_) return;
  finish();
  result_.verdict = model::ProbeVerdict::Cancelled;
}

void ProbeAttempt::finish() {
  if (is_over_) return;
  is_over_ = true;
  result_.verdict = decide(result_);
  result_.ended_ns = probe_now_ns();
  if (!socket_.valid()) return;
  bool const is_open = result_.stage == ProbeStage::Established;
  std::array<char, 4096> rest{};
  for (std::size_t drained = 0; is_open && drained < kMaxDrained; drained += rest.size()) {
    if (::recv(socket_.get(), rest.data(), rest.size(), MSG_DONTWAIT) <= 0) break;
  }
  auto const closed_ns = probe_now_ns();
  socket_ = {};
  if (is_open) step(Kind::Closed, {.time_ns = closed_ns});
}

void ProbeAttempt::step(Kind kind, ProbeStep step) {
  step.kind = kind;
  if (step.time_ns == 0) step.time_ns = probe_now_ns();
  tell_(result_, step);
}

}  // namespace lastack::act
