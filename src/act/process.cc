#include "act/process.hh"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "capture/procfs/process_reader.hh"
#include "capture/procfs/stat_line.hh"

namespace lastack::act {

namespace procfs = capture::procfs;

namespace {

std::unexpected<base::Error> no_such(std::uint32_t pid) {
  return base::fail("there is no process " + std::to_string(pid), ESRCH);
}

// The pid of that process as this /proc numbers it (fs/pidfs.c, pidfd_show_fdinfo); 0: it has none
// there any more, or that cannot be told.
std::uint32_t pid_in(procfs::ProcFs const& fs, base::Fd const& pidfd) {
  auto const info = fs.root().read("self/fdinfo/" + std::to_string(pidfd.get()));
  constexpr std::string_view kField = "\nPid:\t";
  auto const at = info ? info->text.find(kField) : std::string::npos;
  if (at == std::string::npos) return 0;
  std::uint32_t pid = 0;
  auto const* begin = info->text.data() + at + kField.size();
  (void)std::from_chars(begin, info->text.data() + info->text.size(), pid);
  return pid;
}

}  // namespace

base::Result<ProcessHandle> ProcessHandle::open(procfs::ProcFs const& fs, std::uint32_t pid) {
  // glibc has the wrapper only since 2.36.
  base::Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
  if (!pidfd.valid()) {
    if (errno == ESRCH) return no_such(pid);
    return base::fail_errno("open process " + std::to_string(pid));
  }
  auto const file = fs.root().read(std::to_string(pid) + "/stat");
  auto const stat = file ? procfs::parse_stat_line(file->text) : std::nullopt;
  if (!stat) {
    if (!file && !procfs::is_gone(file.error().code)) return std::unexpected(file.error());
    return no_such(pid);
  }
  // /proc may be of another pid namespace: then the number there is another process here.
  if (pid_in(fs, pidfd) != pid) {
    return base::fail(
        "process " + std::to_string(pid) + " cannot be held: /proc is of another pid namespace",
        EXDEV);
  }
  ProcessHandle handle(std::move(pidfd), pid, stat->start_ticks);
  if (!handle.alive()) return no_such(pid);
  return handle;
}

base::Result<ProcessHandle> ProcessHandle::open_started(procfs::ProcFs const& fs, std::uint32_t pid,
                                                        std::int64_t start_unix_ms) {
  auto handle = open(fs, pid);
  if (!handle) return handle;
  // The boot time is told in whole seconds, which may be one more or less at another time; the rest
  // is in ticks after boot and the same each time. A second process with all of it the same would
  // have had to start in the same tick.
  constexpr std::int64_t kWholeSecond = 1000;
  auto const now = procfs::ProcessReader(fs).read(pid, model::Fact::StartTime);
  auto const apart = now ? std::abs(now->start_unix_ms - start_unix_ms) : -1;
  bool const same = apart == 0 || apart == kWholeSecond;
  if (!same || !handle->alive()) {
    return base::fail("process " + std::to_string(pid) + " is another one by now", ESRCH);
  }
  return handle;
}

bool ProcessHandle::wait_gone(std::chrono::milliseconds limit) const {
  for (;;) {
    pollfd waiting{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
    auto const ready = ::poll(&waiting, 1, static_cast<int>(limit.count()));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

base::Result<void> ProcessHandle::signal(int number) const {
  // One that has ended and is not reaped yet takes signals in silence.
  if (!alive()) return base::fail("it has ended", ESRCH);
  if (::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0U) == 0) return {};
  if (errno == EPERM) return base::fail("needs CAP_KILL: it is another user's process", EPERM);
  return base::fail_errno("signal process " + std::to_string(pid_));
}

}  // namespace lastack::act
