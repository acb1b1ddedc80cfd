// How many files a process has open, and how many it may.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/procfs/proc_fs.hh"

namespace lastack::capture::procfs {

// nullopt: unlimited, or not known.
struct FileLimits {
  std::optional<std::uint64_t> soft;
  std::optional<std::uint64_t> hard;
};
// In the text of /proc/PID/limits.
[[nodiscard]] FileLimits parse_file_limits(std::string_view limits);

struct OpenFiles {
  std::optional<std::uint64_t> count;
  FileLimits limits;
};
// What may not be read, or is gone, stays nullopt. Costs a walk of /proc/PID/fd before Linux 6.2,
// since then the size of that directory is their number.
[[nodiscard]] OpenFiles read_open_files(ProcFs const& fs, std::uint32_t pid);
// fs.nr_open, above which no limit can be set; 0: not known.
[[nodiscard]] std::uint64_t read_nr_open(ProcFs const& fs);

}  // namespace lastack::capture::procfs
