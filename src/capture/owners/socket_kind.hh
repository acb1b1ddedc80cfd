// What a descriptor of another process is, without touching the descriptor.
#pragma once

#include <cstdint>

namespace lastack::capture::owners {

// True for a TCP, UDP or MPTCP socket: sockfs says so in the extended attribute
// system.sockprotoname of /proc/PID/fd/FD (kernel: net/socket.c). False also where that cannot
// be read.
[[nodiscard]] bool is_listed_socket(std::uint32_t pid, std::int32_t fd);

}  // namespace lastack::capture::owners
