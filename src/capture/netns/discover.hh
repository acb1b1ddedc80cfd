// Finds the network namespaces of the machine: our own, those that are mounted, and those
// of every process.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.hh"
#include "capture/netns/namespace.hh"
#include "capture/procfs/proc_fs.hh"

namespace lastack::capture::netns {

struct Discovery {
  std::vector<Namespace> namespaces;  // each inode once: our own first, then by inode
  std::uint64_t own_inode = 0;
  // The machine's: that of process 1 (or kthreadd) of the initial pid namespace, or our own
  // where its number tells (Linux 6.18). 0: unknown, we are in a container or may not look.
  std::uint64_t host_inode = 0;
  std::uint64_t unreadable_processes = 0;  // their namespace may not be read
};

// Error: our own namespace or the list of processes cannot be read.
// Not found this way: a namespace in which only a thread lives that left its process's
// (setns(2) in one thread), one that only a mount in another mount namespace or an open
// descriptor keeps alive, and one that only a socket keeps alive (reach_by_socket()).
[[nodiscard]] base::Result<Discovery> discover(procfs::ProcFs const& fs);

}  // namespace lastack::capture::netns
