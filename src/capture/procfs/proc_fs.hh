// The process file system, or a recorded tree of the same shape.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hh"
#include "capture/procfs/directory.hh"

namespace lastack::capture::procfs {

// Figures that are cheap to get and tell which way to the owners of sockets is cheaper.
struct MachineFigures {
  std::uint64_t open_files = 0;  // allocated file handles of the whole machine
  std::uint64_t processes = 0;   // visible ones
};

// Holds one descriptor. Constant after construction, so any thread may use it.
class ProcFs {
 public:
  // Never fails; where `root` cannot be opened every read returns that error.
  explicit ProcFs(std::string const& root = "/proc") : root_(root) {}

  [[nodiscard]] Directory const& root() const { return root_; }
  // /proc/PID, held open.
  [[nodiscard]] Directory process(std::uint32_t pid) const;

  // Thread group ids, in the order of the directory. Each call walks it anew.
  [[nodiscard]] base::Result<std::vector<std::uint32_t>> pids() const;
  // False for kernel threads and processes that only wait to be reaped: not being allowed to
  // look into those hides nothing. Readable for everyone.
  [[nodiscard]] bool may_hold_files(std::uint32_t pid) const;
  // When the machine booted, in milliseconds of Unix time (exact to a second): btime.
  [[nodiscard]] base::Result<std::int64_t> boot_unix_ms() const;
  [[nodiscard]] base::Result<MachineFigures> machine_figures() const;

 private:
  Directory root_;
};

}  // namespace lastack::capture::procfs
