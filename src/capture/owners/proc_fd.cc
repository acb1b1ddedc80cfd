#include "capture/owners/proc_fd.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/fd.hh"
#include "capture/procfs/fields.hh"

namespace lastack::capture::owners {
namespace {

// What an entry of /proc/PID/fd leads to.
struct Target {
  std::optional<std::uint64_t> socket;  // no path can look like one: those begin with '/'
  int code = 0;                         // errno where it may not be known
};

Target target_of(int directory, char const* name) {
  std::array<char, 64> link;  // "socket:[" and 20 digits; what is longer is none
  auto const size = ::readlinkat(directory, name, link.data(), link.size());
  if (size < 0) return {std::nullopt, errno};
  return {procfs::inode_of_link({link.data(), static_cast<std::size_t>(size)}, "socket"), 0};
}

// How reading a table of descriptors went.
struct TableRead {
  int code = 0;  // errno that kept us from seeing all of it
  bool empty = true;
};

// One pass: where it reads, what it keeps, what it found.
class Pass {
 public:
  explicit Pass(procfs::ProcFs const& fs) : fs_(fs) {}

  void visit(std::uint32_t pid);
  [[nodiscard]] FdScan take() { return std::move(result_); }

 private:
  [[nodiscard]] base::Fd open_folder(std::string const& path) const {
    return base::Fd(::openat(fs_.root().fd(), path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  [[nodiscard]] TableRead read_table(std::uint32_t pid, std::string const& path);
  [[nodiscard]] TableRead read_surviving_thread(std::uint32_t pid);

  procfs::ProcFs const& fs_;
  FdScan result_;
};

void Pass::visit(std::uint32_t pid) {
  auto table = read_table(pid, std::to_string(pid) + "/fd");
  if (table.code == 0 && table.empty) table = read_surviving_thread(pid);
  // One that has ended took its sockets along: nothing to miss.
  if (table.code == 0 || procfs::is_gone(table.code)) return;
  if (fs_.may_hold_files(pid)) ++result_.unreadable_processes;
}

// Listing descriptors and following them are two permissions: the second is that to ptrace
// the process.
TableRead Pass::read_table(std::uint32_t pid, std::string const& path) {
  auto const directory = open_folder(path);
  if (!directory.valid()) return {errno};
  TableRead table;
  int const ended = procfs::for_each_entry(directory.get(), [&](char const* name) {
    table.empty = false;
    auto const target = target_of(directory.get(), name);
    if (target.code != 0 && !procfs::is_gone(target.code)) table.code = target.code;
    if (!target.socket) return;
    if (auto const fd = procfs::whole_number<std::int32_t>(name)) {
      // sockfs numbers its inodes with 32 bits (kernel: get_next_ino).
      result_.holders.push_back(
          {.inode = static_cast<std::uint32_t>(*target.socket), .pid = pid, .fd = *fd});
    }
  });
  if (ended != 0) table.code = ended;
  return table;
}

// The first thread of a process may have ended before the others, which keep the table. Kernel
// threads come here as well, and have no other thread.
TableRead Pass::read_surviving_thread(std::uint32_t pid) {
  auto const folder = std::to_string(pid) + "/task";
  auto const directory = open_folder(folder);
  if (!directory.valid()) return {errno};
  std::vector<std::string> threads;
  int const code = procfs::for_each_entry(directory.get(),
                                          [&](char const* name) { threads.emplace_back(name); });
  if (code != 0) return {code};
  std::erase(threads, std::to_string(pid));
  for (auto const& thread : threads) {
    auto const table = read_table(pid, fmt::format("{}/{}/fd", folder, thread));
    bool const denied = table.code != 0 && !procfs::is_gone(table.code);
    if (denied || !table.empty) return table;
  }
  return {};
}

}  // namespace

base::Result<FdScan> scan(procfs::ProcFs const& fs) {
  auto const pids = fs.pids();
  if (!pids) return std::unexpected(pids.error());
  Pass pass(fs);
  for (auto const pid : *pids) pass.visit(pid);
  auto result = pass.take();
  // Every pid namespace that lives has a process 1.
  result.processes_hidden = std::ranges::find(*pids, 1U) == pids->end();
  return result;
}

}  // namespace lastack::capture::owners
