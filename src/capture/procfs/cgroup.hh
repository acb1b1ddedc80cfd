// What the control group of a process tells about it: its systemd unit, its container.
// Pure. The shapes of names are those of systemd, Docker, Podman, containerd, CRI-O,
// Kubernetes, LXC/LXD/Incus and systemd-nspawn.
#pragma once

#include <string>
#include <string_view>

namespace lastack::capture::procfs {

struct CgroupIdentity {
  std::string path;       // of the hierarchy that tells most; "" where there is none
  std::string unit;       // innermost systemd unit, escapes (\x2d) kept: "ssh.service"; ""
  std::string container;  // innermost container: 64 hex digits, or a name (LXC, nspawn); ""
};

// `text` is /proc/PID/cgroup (cgroups(7)). Version 2's hierarchy is preferred, then systemd's
// own, then any; but one that names a container goes first (on hybrid machines only some
// do), and the root "/" goes last.
[[nodiscard]] CgroupIdentity identify_cgroup(std::string_view text);

}  // namespace lastack::capture::procfs
