#include "capture/bpf/own_pid_namespace.hh"

#include <sys/stat.h>

namespace lastack::capture::bpf {
namespace {

constexpr std::uint32_t kInitialPidNamespace = 0xEFFFFFFC;  // include/linux/proc_ns.h

}  // namespace

base::Result<std::uint32_t> own_pid_namespace() {
  struct stat info{};
  if (::stat("/proc/self/ns/pid", &info) != 0) return base::fail_errno("stat /proc/self/ns/pid");
  auto const inode = static_cast<std::uint32_t>(info.st_ino);
  return inode == kInitialPidNamespace ? 0 : inode;
}

}  // namespace lastack::capture::bpf
