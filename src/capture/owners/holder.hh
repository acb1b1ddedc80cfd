// One open socket of one process, as both ways to owners report it.
#pragma once

#include <cstdint>

namespace lastack::capture::owners {

struct Holder {
  std::uint64_t cookie = 0;  // 0: unknown (the /proc way): join by inode
  std::uint32_t inode = 0;   // of sockfs
  std::uint32_t netns = 0;   // inode of its network namespace, 0: unknown
  std::uint32_t pid = 0;
  std::int32_t fd = -1;
  // An MPTCP socket: no endpoint itself; its TCP subflows carry its inode.
  bool mptcp = false;
};

}  // namespace lastack::capture::owners
