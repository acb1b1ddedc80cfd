#include "capture/procfs/proc_fs.hh"

#include <string_view>

#include "capture/procfs/fields.hh"

namespace lastack::capture::procfs {

Directory ProcFs::process(std::uint32_t pid) const { return root_.below(std::to_string(pid)); }

base::Result<std::vector<std::uint32_t>> ProcFs::pids() const {
  // A descriptor of its own: the position of root_ is shared by every thread.
  auto const listing = root_.below(".");
  if (listing.open_errno() != 0) {
    return base::fail_errno("open " + root_.path(), listing.open_errno());
  }
  std::vector<std::uint32_t> found;
  int const code = for_each_entry(listing.fd(), [&](char const* name) {
    if (auto const pid = whole_number<std::uint32_t>(name)) found.push_back(*pid);
  });
  if (code != 0) return base::fail_errno("list " + root_.path(), code);
  return found;
}

bool ProcFs::may_hold_files(std::uint32_t pid) const {
  auto const memory = root_.read(std::to_string(pid) + "/statm");
  return !memory || !memory->text.starts_with("0 ");  // pages; such tasks have no memory map
}

base::Result<std::int64_t> ProcFs::boot_unix_ms() const {
  auto const file = root_.read("stat");
  if (!file) return std::unexpected(file.error());
  std::string_view const text = file->text;
  constexpr std::string_view kKey = "\nbtime ";
  auto const key = text.find(kKey);
  if (key != std::string_view::npos) {
    auto value = text.substr(key + kKey.size());
    auto const seconds = whole_number<std::uint32_t>(take_until(value, '\n'));
    if (seconds) return std::int64_t{*seconds} * 1000;
  }
  return base::fail(root_.path() + "/stat has no btime line");
}

base::Result<MachineFigures> ProcFs::machine_figures() const {
  auto const handles = root_.read("sys/fs/file-nr");
  if (!handles) return std::unexpected(handles.error());
  std::string_view text = handles->text;
  auto const allocated = whole_number<std::uint64_t>(take_until(text, '\t'));
  if (!allocated) return base::fail(root_.path() + "/sys/fs/file-nr does not begin with a number");
  auto const processes = pids();
  if (!processes) return std::unexpected(processes.error());
  return MachineFigures{*allocated, processes->size()};
}

}  // namespace lastack::capture::procfs
