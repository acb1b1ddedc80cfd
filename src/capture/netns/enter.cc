#include "capture/netns/enter.hh"

#include <fcntl.h>
#include <sched.h>

#include <cerrno>
#include <stdexcept>
#include <string>

#include "capture/netns/reach.hh"

namespace lastack::capture::netns {
namespace {

base::Result<base::Fd> open_path(std::string const& path, std::uint64_t expected_inode) {
  base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return base::fail_errno("open " + path);
  auto const inode = inode_of(fd);
  if (!inode) return std::unexpected(inode.error());
  if (*inode != expected_inode) return base::fail(path + " is another namespace by now", ESTALE);
  return fd;
}

}  // namespace

base::Result<base::Fd> open_namespace(Namespace const& ns) {
  auto first = open_path(ns.path_to_open, ns.inode);
  if (first || ns.other_path.empty()) return first;
  auto second = open_path(ns.other_path, ns.inode);
  return second ? std::move(second) : std::move(first);
}

base::Result<Entered> Entered::enter(base::Fd const& netns) {
  base::Fd home(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!home.valid()) return base::fail_errno("open /proc/thread-self/ns/net");
  if (::setns(netns.get(), CLONE_NEWNET) == 0) return Entered(std::move(home));
  if (errno == EPERM) return base::fail("enter network namespace: needs CAP_SYS_ADMIN", EPERM);
  return base::fail_errno("enter network namespace");
}

Entered::~Entered() noexcept(false) {
  if (!home_.valid() || ::setns(home_.get(), CLONE_NEWNET) == 0) return;
  throw std::runtime_error(std::string("return to own network namespace: ") + std::strerror(errno));
}

}  // namespace lastack::capture::netns
