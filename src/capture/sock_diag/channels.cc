#include "capture/sock_diag/channels.hh"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "capture/netns/discover.hh"
#include "capture/netns/enter.hh"
#include "capture/netns/reach.hh"

namespace lastack::capture::sock_diag {
namespace {

bool is_own(std::uint64_t inode) {
  struct stat status{};
  return ::stat("/proc/thread-self/ns/net", &status) == 0 && status.st_ino == inode;
}

base::Result<base::Fd> reach(std::uint64_t inode, HeldBy const& holder) {
  auto netns = netns::reach_by_socket(holder.pid, holder.fd);
  if (!netns) return netns;
  auto const reached = netns::inode_of(*netns);
  if (!reached) return std::unexpected(reached.error());
  if (*reached != inode) return base::fail("the descriptor is another socket by now", ENOENT);
  return netns;
}

}  // namespace

base::Result<Channel*> Channels::of(std::uint64_t netns_inode,
                                    std::optional<HeldBy> const& holder) {
  if (auto const known = channels_.find(netns_inode); known != channels_.end()) {
    return &known->second;
  }
  auto opened = open(netns_inode, holder);
  if (!opened) return std::unexpected(opened.error());
  return &channels_.emplace(netns_inode, std::move(*opened)).first->second;
}

base::Result<Channel> Channels::open(std::uint64_t inode,
                                     std::optional<HeldBy> const& holder) const {
  if (is_own(inode)) return Channel::open();
  auto const discovery = netns::discover(*fs_);
  if (!discovery) return std::unexpected(discovery.error());
  auto const known = std::ranges::find(discovery->namespaces, inode, &netns::Namespace::inode);
  base::Result<base::Fd> descriptor;
  if (known != discovery->namespaces.end()) {
    descriptor = netns::open_namespace(*known);
  } else if (holder) {
    descriptor = reach(inode, *holder);
  } else {
    descriptor =
        base::fail("network namespace net:[" + std::to_string(inode) + "] is not there", ENOENT);
  }
  if (!descriptor) return std::unexpected(descriptor.error());
  return netns::run_in(*descriptor, [] { return Channel::open(); });
}

}  // namespace lastack::capture::sock_diag
