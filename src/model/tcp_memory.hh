// TCP's memory, which all network namespaces share (kernel: net/ipv4/tcp.c, tcp_mem).
#pragma once

#include <cstdint>

namespace lastack::model {

struct TcpMemory {
  bool known = false;
  std::uint64_t pages = 0;  // in use
  std::uint64_t low = 0;    // pages: the three values of net.ipv4.tcp_mem
  std::uint64_t pressure = 0;
  std::uint64_t high = 0;
  std::uint64_t orphans = 0;
  std::uint64_t page_bytes = 4096;
};

}  // namespace lastack::model
