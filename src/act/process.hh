// One process, held so that no other is hit: a pidfd stays that process', whatever becomes of its
// pid.
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

#include "base/error.hh"
#include "base/fd.hh"
#include "capture/procfs/proc_fs.hh"

namespace lastack::act {

class ProcessHandle {
 public:
  // Whoever has the pid now. What is read about the pid afterwards is about this process as long as
  // alive() says true then. Error: ESRCH, there is none; what the kernel says.
  [[nodiscard]] static base::Result<ProcessHandle> open(capture::procfs::ProcFs const& fs,
                                                        std::uint32_t pid);
  // Only the process that started then (model::Process::start_unix_ms, exact to the tick but for
  // the whole seconds of the boot time). Error: ESRCH also where the pid is another process' by
  // now.
  [[nodiscard]] static base::Result<ProcessHandle> open_started(capture::procfs::ProcFs const& fs,
                                                                std::uint32_t pid,
                                                                std::int64_t start_unix_ms);

  [[nodiscard]] std::uint32_t pid() const { return pid_; }
  [[nodiscard]] std::uint64_t start_ticks() const { return start_ticks_; }  // after boot
  // Readable (poll) once the process has ended, reaped or not.
  [[nodiscard]] int fd() const { return pidfd_.get(); }
  [[nodiscard]] bool alive() const { return !wait_gone(std::chrono::milliseconds(0)); }
  // True where it ended within the time, which a signal that is caught begins anew.
  [[nodiscard]] bool wait_gone(std::chrono::milliseconds limit) const;

  // pidfd_send_signal(2). Error: EPERM, needs CAP_KILL; ESRCH, it has ended.
  [[nodiscard]] base::Result<void> signal(int number) const;

 private:
  ProcessHandle(base::Fd pidfd, std::uint32_t pid, std::uint64_t start_ticks)
      : pidfd_(std::move(pidfd)), pid_(pid), start_ticks_(start_ticks) {}

  base::Fd pidfd_;
  std::uint32_t pid_;
  std::uint64_t start_ticks_;
};

}  // namespace lastack::act
