// Which process holds which socket, by walking /proc/PID/fd: the way where BPF is not
// permitted, or where there is too little to walk for it to pay.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.hh"
#include "capture/owners/holder.hh"
#include "capture/procfs/proc_fs.hh"

namespace lastack::capture::owners {

struct FdScan {
  std::vector<Holder> holders;             // every socket of every family, in walking order
  std::uint64_t unreadable_processes = 0;  // /proc/PID/fd may not be listed or followed
  bool processes_hidden = false;           // /proc hides others' processes (hidepid=invisible)
};

// One pass over all visible processes. Limit: one file table a process is read, its first thread's
// (another's where that one has ended); a thread that does not share it (clone without CLONE_FILES,
// unshare(CLONE_FILES)) goes unseen.
[[nodiscard]] base::Result<FdScan> scan(procfs::ProcFs const& fs);

}  // namespace lastack::capture::owners
