#include "capture/netns/reach.hh"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace lastack::capture::netns {
namespace {

// glibc has these two only since 2.36.
base::Fd pidfd_of(std::uint32_t pid) {
  return base::Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
}
base::Fd duplicate_from(base::Fd const& pidfd, std::int32_t fd) {
  return base::Fd(static_cast<int>(::syscall(SYS_pidfd_getfd, pidfd.get(), fd, 0U)));
}

std::unexpected<base::Error> refused(std::string const& what, char const* capability) {
  if (errno == EPERM) return base::fail(what + ": needs " + capability, EPERM);
  return base::fail_errno(what);
}

}  // namespace

base::Result<std::uint64_t> inode_of(base::Fd const& netns) {
  struct stat status{};
  if (::fstat(netns.get(), &status) != 0) return base::fail_errno("stat network namespace");
  return status.st_ino;
}

base::Result<base::Fd> reach_by_socket(std::uint32_t pid, std::int32_t fd) {
  auto const which = std::to_string(fd) + " of process " + std::to_string(pid);
  auto const process = pidfd_of(pid);
  if (!process.valid()) return base::fail_errno("open process " + std::to_string(pid));
  auto const socket = duplicate_from(process, fd);
  if (!socket.valid()) return refused("get descriptor " + which, "CAP_SYS_PTRACE");
  base::Fd netns(::ioctl(socket.get(), SIOCGSKNS));
  if (!netns.valid()) return refused("network namespace of descriptor " + which, "CAP_NET_ADMIN");
  return netns;
}

}  // namespace lastack::capture::netns
