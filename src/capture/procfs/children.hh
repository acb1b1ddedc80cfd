// Who was started by whom.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/error.hh"
#include "capture/procfs/proc_fs.hh"

namespace lastack::capture::procfs {

struct Child {
  std::uint32_t pid = 0;
  std::string comm;  // unescaped
};

// The living children of each of `parents`, by its pid; in the order of their pids. One walk over
// all processes. Error: /proc cannot be listed.
[[nodiscard]] base::Result<std::map<std::uint32_t, std::vector<Child>>> children_of(
    ProcFs const& fs, std::span<std::uint32_t const> parents);

}  // namespace lastack::capture::procfs
