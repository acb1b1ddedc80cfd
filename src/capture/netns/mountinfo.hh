// Network namespaces that are kept alive by a mount, as `ip netns add` and container engines
// do, from the text of /proc/self/mountinfo (proc_pid_mountinfo(5)). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lastack::capture::netns {

struct NetnsMount {
  std::uint64_t inode = 0;
  std::string mount_point;     // octal escapes undone
  std::string ip_netns_name;   // as `ip netns` lists it (also CNI's "cni-…"); ""
  std::string docker_sandbox;  // below /run/docker/netns: sandbox id (not the container's); ""
};

// In the order of the file. Lines that are not understood are no such mount.
[[nodiscard]] std::vector<NetnsMount> parse_netns_mounts(std::string_view mountinfo);

}  // namespace lastack::capture::netns
