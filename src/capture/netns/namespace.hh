// A network namespace as it was found, and the name people know it by.
#pragma once

#include <cstdint>
#include <string>

namespace lastack::capture::netns {

struct Namespace {
  std::uint64_t inode = 0;     // of nsfs, as in "net:[4026531840]"
  bool own = false;            // the caller's
  std::string path_to_open;    // mount point, or /proc/PID/ns/net
  std::string other_path;      // a second way to open it; "": none
  std::string ip_netns_name;   // "" none
  std::string docker_sandbox;  // Docker's name of the namespace; "" none
  // The process that has been in it longest. Not read (0, "") for the host's and our own,
  // where it would cost the most and tell the least.
  std::uint32_t oldest_pid = 0;
  std::string oldest_comm;
  std::string container;  // of that process; "" none
};

// "host"; else the `ip netns` name; else the container (12 digits of an id, or its name);
// else "comm[pid]" of the oldest process; else "self" for our own; else "docker:<sandbox>";
// else "net:[inode]". Unescaped: comm and names may hold any bytes.
[[nodiscard]] std::string label_of(Namespace const& ns, bool is_host);

}  // namespace lastack::capture::netns
