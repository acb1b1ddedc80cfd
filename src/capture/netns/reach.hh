// Descriptors of network namespaces that have no path.
#pragma once

#include <cstdint>

#include "base/error.hh"
#include "base/fd.hh"

namespace lastack::capture::netns {

// The inode behind a namespace descriptor, as in "net:[4026531840]".
[[nodiscard]] base::Result<std::uint64_t> inode_of(base::Fd const& netns);

// The namespace of a socket that another process holds under `fd`; it may be all that keeps
// the namespace alive. pidfd_getfd(2) (Linux 5.6, the permission to ptrace the process), then
// SIOCGSKNS (CAP_NET_ADMIN in that namespace). EPERM says in words what is needed.
[[nodiscard]] base::Result<base::Fd> reach_by_socket(std::uint32_t pid, std::int32_t fd);

}  // namespace lastack::capture::netns
