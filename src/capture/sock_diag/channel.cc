#include "capture/sock_diag/channel.hh"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace lastack::capture::sock_diag {
namespace {

// More than any single socket takes.
constexpr std::size_t kReceiveBuffer = std::size_t{16} * 1024;

}  // namespace

Channel::Channel(base::Fd socket) : socket_(std::move(socket)), buffer_(kReceiveBuffer) {}

base::Result<Channel> Channel::open() {
  base::Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!socket.valid()) return base::fail_errno("socket(NETLINK_SOCK_DIAG)");
  return Channel(std::move(socket));
}

base::Result<void> Channel::send(std::span<std::byte const> requests) {
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  auto const sent = ::sendto(socket_.get(), requests.data(), requests.size(), 0,
                             reinterpret_cast<sockaddr const*>(&kernel), sizeof kernel);
  if (sent < 0) return base::fail_errno("send a sock_diag request");
  return {};
}

base::Result<std::span<std::byte const>> Channel::receive() {
  for (;;) {
    auto const length =
        ::recv(socket_.get(), buffer_.data(), buffer_.size(), MSG_TRUNC | MSG_DONTWAIT);
    if (length < 0) {
      if (errno == EINTR || errno == ENOBUFS) continue;  // ENOBUFS: once for what was dropped
      if (errno == EAGAIN) return std::span<std::byte const>();
      return base::fail_errno("receive a sock_diag answer");
    }
    if (static_cast<std::size_t>(length) > buffer_.size()) {
      return base::fail("sock_diag answer larger than the buffer");
    }
    return std::span<std::byte const>(buffer_).first(static_cast<std::size_t>(length));
  }
}

}  // namespace lastack::capture::sock_diag
