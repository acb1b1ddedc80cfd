#include "act/protected.hh"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "act/close.hh"
#include "capture/procfs/process_reader.hh"
#include "capture/procfs/stat_line.hh"

namespace lastack::act {

namespace procfs = capture::procfs;

namespace {

constexpr std::array<base::Phrase, 6> kReasons{{
    {},
    {"pid 1, the first process", "pid 1，第一个进程"},
    {"lastack itself", "lastack 自身"},
    {"a kernel thread, which no signal reaches", "内核线程，不接收信号"},
    {"the login session that lastack runs in", "lastack 所在的登录会话"},
    {"lastack was started by it", "lastack 由它启动"},
}};

// Programs that keep a login alive over a connection, by the beginning of their names.
constexpr auto kSessionPrograms = std::to_array<std::string_view>(
    {"sshd", "dropbear", "mosh-server", "in.telnetd", "telnetd", "in.rlogind"});

bool keeps_a_session(std::string_view comm) {
  return std::ranges::any_of(kSessionPrograms,
                             [&](auto const& program) { return comm.starts_with(program); });
}

bool is_kernel_thread(procfs::ProcFs const& fs, std::uint32_t pid) {
  auto const file = fs.root().read(std::to_string(pid) + "/stat");
  auto const stat = file ? procfs::parse_stat_line(file->text) : std::nullopt;
  return stat && stat->kernel_thread;
}

}  // namespace

base::Phrase reason(Protection protection) {
  return kReasons[static_cast<std::size_t>(protection)];
}

ProtectedProcesses::ProtectedProcesses(procfs::ProcFs const& fs)
    : fs_(&fs), self_(static_cast<std::uint32_t>(::getpid())) {
  auto self = procfs::ProcessReader(fs).read(self_, model::Fact::Parents);
  if (self) ancestors_ = std::move(self->parents);
  // Where /proc hides them (hidepid), at least the next one is known.
  auto const parent = static_cast<std::uint32_t>(::getppid());
  if (ancestors_.empty() && parent != 0) ancestors_.push_back({parent, ""});
}

Protection ProtectedProcesses::of(std::uint32_t pid) const {
  if (pid == 1) return Protection::Init;
  if (pid == self_) return Protection::Itself;
  auto const ancestor = std::ranges::find(ancestors_, pid, &model::ParentProcess::pid);
  if (ancestor != ancestors_.end()) {
    return keeps_a_session(ancestor->comm) ? Protection::Session : Protection::Ancestor;
  }
  return is_kernel_thread(*fs_, pid) ? Protection::KernelThread : Protection::None;
}

bool ProtectedProcesses::is_session_connection(model::Snapshot const& snapshot,
                                               model::Endpoint const& endpoint) const {
  if (is_listener(endpoint.state)) return false;
  return std::ranges::any_of(snapshot.owners_of(endpoint), [&](model::Owner const& owner) {
    return of(snapshot.process_of(owner).pid) == Protection::Session;
  });
}

}  // namespace lastack::act
