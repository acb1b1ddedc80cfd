#include "rig/private_network.hh"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace lastack::rig {
namespace {

constexpr std::string_view kDevice = "lab0";
constexpr std::size_t kLargest = 65536;

base::Result<void> write_file(std::string const& path, std::string_view text) {
  base::Fd const file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid()) return base::fail_errno("open " + path);
  auto const written = ::write(file.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size())) return base::fail_errno("write " + path);
  return {};
}

// Who this process was outside is root inside.
base::Result<void> enter_namespaces() {
  auto const user = ::geteuid();
  auto const group = ::getegid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
    return base::fail_errno("a user and network namespace of its own (unshare)");
  }
  if (auto done = write_file("/proc/self/setgroups", "deny"); !done) return done;
  if (auto done = write_file("/proc/self/uid_map", fmt::format("0 {} 1", user)); !done) return done;
  return write_file("/proc/self/gid_map", fmt::format("0 {} 1", group));
}

ifreq request_of(std::string_view name) {
  ifreq request{};
  auto const length = std::min(name.size(), sizeof request.ifr_name - 1);
  std::memcpy(request.ifr_name, name.data(), length);
  return request;
}

base::Result<base::Fd> open_device() {
  base::Fd device(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (!device.valid()) return base::fail_errno("open /dev/net/tun");
  auto request = request_of(kDevice);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (::ioctl(device.get(), TUNSETIFF, &request) != 0) return base::fail_errno("make a TUN device");
  return device;
}

void set_address(ifreq& request, std::uint32_t address) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(address);
  std::memcpy(&request.ifr_addr, &in, sizeof in);
}

base::Result<void> bring_up(int socket, std::string_view name) {
  auto request = request_of(name);
  if (::ioctl(socket, SIOCGIFFLAGS, &request) != 0) return base::fail_errno("read interface flags");
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  if (::ioctl(socket, SIOCSIFFLAGS, &request) != 0) return base::fail_errno("set an interface up");
  return {};
}

base::Result<void> configure(std::uint32_t address) {
  constexpr std::uint32_t kMask = 0xffffff00;
  base::Fd const socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return base::fail_errno("socket");
  auto request = request_of(kDevice);
  set_address(request, address);
  if (::ioctl(socket.get(), SIOCSIFADDR, &request) != 0) return base::fail_errno("set an address");
  set_address(request, kMask);
  if (::ioctl(socket.get(), SIOCSIFNETMASK, &request) != 0) return base::fail_errno("set a mask");
  if (auto done = bring_up(socket.get(), "lo"); !done) return done;
  return bring_up(socket.get(), kDevice);
}

}  // namespace

PrivateNetwork::PrivateNetwork(base::Fd device) : device_(std::move(device)), buffer_(kLargest) {}

base::Result<PrivateNetwork> PrivateNetwork::enter(std::uint32_t address) {
  if (auto done = enter_namespaces(); !done) return std::unexpected(done.error());
  auto device = open_device();
  if (!device) return std::unexpected(device.error());
  // Router solicitations and the like would be in the way.
  auto const no_ipv6 = write_file("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
  if (!no_ipv6 && no_ipv6.error().code != ENOENT) return std::unexpected(no_ipv6.error());
  if (auto done = configure(address); !done) return std::unexpected(done.error());
  return PrivateNetwork(std::move(*device));
}

base::Result<void> PrivateNetwork::set(std::string_view setting, std::string_view value) const {
  std::string path(setting);
  std::ranges::replace(path, '.', '/');
  return write_file("/proc/sys/" + path, value);
}

base::Result<void> PrivateNetwork::send(std::span<std::byte const> packet) const {
  auto const written = ::write(device_.get(), packet.data(), packet.size());
  if (written != static_cast<ssize_t>(packet.size())) return base::fail_errno("write to the TUN");
  return {};
}

base::Result<std::span<std::byte const>> PrivateNetwork::receive() {
  auto const size = ::read(device_.get(), buffer_.data(), buffer_.size());
  if (size >= 0) return std::span(buffer_).first(static_cast<std::size_t>(size));
  if (errno == EAGAIN || errno == EINTR) return std::span<std::byte const>();
  return base::fail_errno("read from the TUN");
}

}  // namespace lastack::rig
