// How many files a process has open, and how many it may.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/procfs/proc_fs.hh"

namespace lastack::capture::procfs {

// The soft limit in the text of /proc/PID/limits; nullopt: unlimited, or not in there.
[[nodiscard]] std::optional<std::uint64_t> parse_file_limit(std::string_view limits);

struct OpenFiles {
  std::optional<std::uint64_t> count;
  std::optional<std::uint64_t> limit;
};
// What may not be read, or is gone, stays nullopt. Costs a walk of /proc/PID/fd before Linux 6.2,
// since then the size of that directory is their number.
[[nodiscard]] OpenFiles read_open_files(ProcFs const& fs, std::uint32_t pid);

}  // namespace lastack::capture::procfs
