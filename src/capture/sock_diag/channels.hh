// One Channel for each network namespace, opened when it is first needed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "base/error.hh"
#include "capture/procfs/proc_fs.hh"
#include "capture/sock_diag/channel.hh"

namespace lastack::capture::sock_diag {

// Somebody who has a socket of the namespace open: the way to one that nothing else keeps alive.
struct HeldBy {
  std::uint32_t pid = 0;
  std::int32_t fd = -1;
};

// Keeps a pointer to the ProcFs. Moves the calling thread between namespaces, and back. One thread
// at a time.
class Channels {
 public:
  explicit Channels(procfs::ProcFs const& fs) : fs_(&fs) {}

  // Of the namespace with that inode; valid until this goes. Error: ENOENT, there is none (any
  // more) that can be found; EPERM says which capability is needed to enter it.
  [[nodiscard]] base::Result<Channel*> of(std::uint64_t netns_inode,
                                          std::optional<HeldBy> const& holder);

 private:
  [[nodiscard]] base::Result<Channel> open(std::uint64_t inode,
                                           std::optional<HeldBy> const& holder) const;

  procfs::ProcFs const* fs_;
  std::map<std::uint64_t, Channel> channels_;
};

}  // namespace lastack::capture::sock_diag
