// Whose sockets match: the processes, held by pidfd, with what has to be known of each before it is
// ended.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "act/process.hh"
#include "act/protected.hh"
#include "app/kill_options.hh"
#include "base/error.hh"
#include "capture/procfs/children.hh"
#include "filter/filter.hh"
#include "model/snapshot.hh"

namespace lastack::app {

struct KillTarget {
  act::ProcessHandle handle;
  std::uint32_t process = 0;            // index into Snapshot::processes
  std::vector<std::uint32_t> matching;  // its sockets, indices of endpoints
  std::vector<std::uint32_t> others;    // those that do not match
  std::vector<capture::procfs::Child> children;
};

struct RefusedTarget {
  std::uint32_t process = 0;
  act::Protection why = act::Protection::None;
};

struct KillTargets {
  model::Snapshot snapshot;  // of the whole machine
  std::vector<KillTarget> targets;
  std::vector<RefusedTarget> refused;
  std::size_t ownerless = 0;  // matching sockets that no process has open, or none that is known
};

// The processes are held before they are looked at, so that what is shown of a pid is true of the
// process that is hit. Error: nothing can be listed.
[[nodiscard]] base::Result<KillTargets> find_kill_targets(filter::Filter const& filter,
                                                          KillOptions const& options);

}  // namespace lastack::app
