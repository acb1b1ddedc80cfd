#include "capture/procfs/process_reader.hh"

#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "capture/procfs/cgroup.hh"
#include "capture/procfs/fields.hh"

namespace lastack::capture::procfs {
namespace {

using model::Fact;

void read_exe(Directory const& dir, model::Process& process) {
  auto target = dir.link("exe");
  if (!target) return;  // a kernel thread, or not permitted
  constexpr std::string_view kDeleted = " (deleted)";
  process.exe = std::move(*target);
  process.exe_deleted = process.exe.ends_with(kDeleted);
  if (process.exe_deleted) process.exe.resize(process.exe.size() - kDeleted.size());
}

// "Uid:\treal\teffective\tsaved\tfile system". The kernel escapes newlines in the Name line.
void read_uid(Directory const& dir, model::Process& process) {
  auto const status = dir.read("status");
  if (!status) return;
  std::string_view text = status->text;
  constexpr std::string_view kKey = "\nUid:\t";
  auto const key = text.find(kKey);
  if (key == std::string_view::npos) return;
  text.remove_prefix(key + kKey.size());
  take_until(text, '\t');
  auto const uid = whole_number<std::uint32_t>(take_until(text, '\t'));
  process.uid_known = uid.has_value();
  process.uid = uid.value_or(0);
}

void read_cgroup(Directory const& dir, model::Process& process) {
  auto const file = dir.read("cgroup");
  if (!file) return;
  auto identity = identify_cgroup(file->text);
  process.cgroup = std::move(identity.path);
  process.unit = std::move(identity.unit);
  process.container = std::move(identity.container);
}

}  // namespace

base::Result<model::Process> ProcessReader::read(std::uint32_t pid, model::Facts facts) {
  model::Process process;
  process.pid = pid;
  if (!facts.any(model::kProcessFacts)) {
    auto comm = fs_->root().read(std::to_string(pid) + "/comm");
    if (!comm) return std::unexpected(std::move(comm.error()));
    process.comm = std::move(comm->text);
    if (process.comm.ends_with('\n')) process.comm.pop_back();
    return process;
  }
  auto const dir = fs_->process(pid);
  auto const stat = read_stat(dir, facts, process);
  if (!stat) return std::unexpected(stat.error());
  if (facts.has(Fact::Exe)) read_exe(dir, process);
  if (facts.has(Fact::Cmdline)) read_cmdline(dir, process);
  if (facts.has(Fact::User)) read_uid(dir, process);
  if (facts.has(Fact::Cgroup)) read_cgroup(dir, process);
  return process;
}

base::Result<void> ProcessReader::read_stat(Directory const& dir, model::Facts facts,
                                            model::Process& process) {
  auto const file = dir.read("stat");
  if (!file) return std::unexpected(file.error());
  auto const stat = parse_stat_line(file->text);
  if (!stat) return base::fail(dir.path() + "/stat is not understood");
  process.comm = stat->comm;
  if (facts.has(Fact::StartTime)) process.start_unix_ms = start_unix_ms(stat->start_ticks);
  if (facts.has(Fact::Parents)) {
    ancestors_.try_emplace(process.pid, Ancestor{process.comm, stat->parent});
    process.parents = parents_from(stat->parent);
  }
  return {};
}

// Arguments end in NUL; a kernel thread and a zombie have none.
void ProcessReader::read_cmdline(Directory const& dir, model::Process& process) {
  auto file = dir.read("cmdline", kMaxCmdline);
  if (!file) return;
  if (file->truncated) ++truncated_;
  auto& text = file->text;
  text.resize(text.find_last_not_of('\0') + 1);
  std::ranges::replace(text, '\0', ' ');
  process.cmdline = std::move(text);
}

std::vector<model::ParentProcess> ProcessReader::parents_from(std::uint32_t pid) {
  std::vector<model::ParentProcess> parents;
  while (pid != 0) {
    if (parents.size() == kMaxParents) {
      ++truncated_;
      break;
    }
    auto const* known = ancestor(pid);
    if (known == nullptr) break;
    parents.push_back({pid, known->comm});
    pid = known->parent;
  }
  return parents;
}

ProcessReader::Ancestor const* ProcessReader::ancestor(std::uint32_t pid) {
  auto const [place, is_new] = ancestors_.try_emplace(pid);
  auto& entry = place->second;
  if (is_new) {
    auto const file = fs_->root().read(std::to_string(pid) + "/stat");
    auto const stat = file ? parse_stat_line(file->text) : std::nullopt;
    if (stat) entry = Ancestor{std::string(stat->comm), stat->parent};
  }
  return entry ? &*entry : nullptr;
}

std::int64_t ProcessReader::start_unix_ms(std::uint64_t start_ticks) {
  static auto const ticks_per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  if (!boot_unix_ms_) boot_unix_ms_ = fs_->boot_unix_ms().value_or(0);
  if (*boot_unix_ms_ == 0) return 0;
  auto const after_boot = start_ticks / ticks_per_second * 1000 +
                          start_ticks % ticks_per_second * 1000 / ticks_per_second;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(*boot_unix_ms_) + after_boot);
}

}  // namespace lastack::capture::procfs
