// Who holds which socket, the cheaper way of the two.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.hh"
#include "capture/owners/holder.hh"
#include "capture/owners/join.hh"
#include "capture/procfs/proc_fs.hh"

namespace lastack::app {

struct OwnerScan {
  std::vector<capture::owners::Holder> holders;
  capture::owners::Key key = capture::owners::Key::Inode;
  bool all_read = false;  // false: some process could not be read
  std::uint64_t unreadable_processes = 0;
  bool processes_hidden = false;  // /proc does not even show other users' processes
};

// A BPF iterator where it is permitted, and either pays (there are so many open files that
// loading it costs less than walking /proc) or is permitted to see more; else /proc/*/fd.
// Error: neither way works.
[[nodiscard]] base::Result<OwnerScan> scan_owners(capture::procfs::ProcFs const& fs);

}  // namespace lastack::app
