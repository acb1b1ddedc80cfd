// Which process holds which socket, by walking /proc/PID/fd: the way where BPF is not
// permitted, or where there is too little to walk for it to pay.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/error.hh"
#include "capture/procfs/proc_fs.hh"

namespace lastack::capture::owners {

struct FdOwner {
  std::uint64_t inode = 0;  // of the socket
  std::uint32_t pid = 0;    // thread group id
  std::int32_t fd = -1;
  bool operator==(FdOwner const&) const = default;
};

struct FdScan {
  std::vector<FdOwner> owners;             // every socket of every family, in walking order
  std::uint64_t unreadable_processes = 0;  // /proc/PID/fd may not be listed or followed
  std::uint64_t vanished_processes = 0;    // ended while we looked, or only wait to be reaped
  bool processes_hidden = false;           // /proc hides others' processes (hidepid=invisible)
};

using WantedInode = std::function<bool(std::uint64_t inode)>;

// One pass over all visible processes; keeps the sockets that `wanted` accepts (all, where it
// is empty). Limit: one file table a process is read, its first thread's (another's where that
// one has ended); a thread that does not share it (clone without CLONE_FILES,
// unshare(CLONE_FILES)) goes unseen.
[[nodiscard]] base::Result<FdScan> scan(procfs::ProcFs const& fs, WantedInode const& wanted = {});

}  // namespace lastack::capture::owners
