// Reads what is asked about a process; what is not asked costs no system call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.hh"
#include "capture/procfs/proc_fs.hh"
#include "capture/procfs/stat_line.hh"
#include "model/facts.hh"
#include "model/process.hh"

namespace lastack::capture::procfs {

// Make one for each snapshot: it remembers ancestors and the boot time, so that thousands
// of processes with the same parents do not read them again. Keeps a pointer to the ProcFs.
// One thread at a time.
class ProcessReader {
 public:
  // A command line longer than this is cut and counted (bytes).
  static constexpr std::size_t kMaxCmdline = std::size_t{64} << 10U;
  // An ancestry longer than this is cut and counted.
  static constexpr std::size_t kMaxParents = 256;

  explicit ProcessReader(ProcFs const& fs) : fs_(&fs) {}

  // pid and comm, and what `facts` ask for. An Error with code ENOENT or ESRCH: the process
  // has ended. Parts that may not be read, or went away after comm was read, stay empty.
  [[nodiscard]] base::Result<model::Process> read(std::uint32_t pid, model::Facts facts);

  // Texts and ancestries that were cut so far (model::Unseen::truncated_text).
  [[nodiscard]] std::uint64_t truncated() const { return truncated_; }

 private:
  struct Ancestor {
    std::string comm;
    std::uint32_t parent = 0;
  };

  [[nodiscard]] base::Result<void> read_stat(Directory const& dir, model::Facts facts,
                                             model::Process& process);
  void read_cmdline(Directory const& dir, model::Process& process);
  [[nodiscard]] std::vector<model::ParentProcess> parents_from(std::uint32_t pid);
  [[nodiscard]] Ancestor const* ancestor(std::uint32_t pid);
  [[nodiscard]] std::int64_t start_unix_ms(std::uint64_t start_ticks);

  ProcFs const* fs_;
  std::unordered_map<std::uint32_t, std::optional<Ancestor>> ancestors_;  // nullopt: ended
  std::optional<std::int64_t> boot_unix_ms_;                              // 0: unknown
  std::uint64_t truncated_ = 0;
};

}  // namespace lastack::capture::procfs
