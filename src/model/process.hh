// Processes and who owns what.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lastack::model {

struct ParentProcess {
  std::uint32_t pid = 0;
  std::string comm;
};

// A process (thread group). Strings are as the kernel has them: unescaped, any bytes.
// Fields beyond pid and comm are filled only where asked for and readable.
struct Process {
  std::uint32_t pid = 0;  // thread group id, in lastack's pid namespace
  std::string comm;       // of the thread group leader, at most 15 bytes in the kernel
  std::string exe;        // path without " (deleted)"; "" where not readable
  bool exe_deleted = false;
  std::string cmdline;    // arguments joined by blanks; "" for kernel threads
  std::uint32_t uid = 0;  // effective
  bool uid_known = false;
  std::int64_t start_unix_ms = 0;      // 0: unknown
  std::vector<ParentProcess> parents;  // nearest first, up to pid 1
  std::string cgroup;                  // path of the v2 (or systemd) hierarchy
  std::string unit;                    // systemd unit: "ssh.service", "user@1000.service"; ""
  std::string container;               // container id (64 hex digits or runtime's), ""
};

// One process that holds a socket open, under this file descriptor.
struct Owner {
  std::uint32_t process = 0;  // index into Snapshot::processes
  std::int32_t fd = -1;
};

}  // namespace lastack::model
