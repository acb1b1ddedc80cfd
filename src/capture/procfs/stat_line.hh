// /proc/PID/stat (proc_pid_stat(5); fs/proc/array.c, do_task_stat). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace lastack::capture::procfs {

struct StatLine {
  std::uint32_t pid = 0;
  std::string_view comm;  // into the parsed text; any bytes, also ") R 1 (" and newlines
  char state = '?';
  std::uint32_t parent = 0;       // 0: none in this pid namespace
  std::uint64_t start_ticks = 0;  // clock ticks after boot
  bool kernel_thread = false;     // PF_KTHREAD
};

// The kernel does not escape comm, but nothing behind it holds a ')': the last one ends it.
// nullopt: cut short or not such a line.
[[nodiscard]] std::optional<StatLine> parse_stat_line(std::string_view text);

}  // namespace lastack::capture::procfs
