// What the kernel counts about TCP in a network namespace, as far as anybody here asks for it
// (/proc/net/snmp and netstat; kernel: include/uapi/linux/snmp.h).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lastack::model {

enum class TcpCounter : std::uint8_t {
  ActiveOpens,   // SYNs of connect()
  PassiveOpens,  // connections out of requests
  SyncookiesSent,
  SyncookiesRecv,
  TimeWaits,        // mini-sockets begun
  TimeWaitsKilled,  // likewise, with a short timer
  TimeWaitOverflow,
  ListenOverflows,  // accept queue full
  ListenDrops,      // those and other dropped SYNs
  SynRetrans,       // SYNs and SYN+ACKs sent again
  ReqQFullDrop,     // request queue full, SYN dropped
  AbortOnMemory,    // an orphan too many, or no memory
  MemoryPressures,  // times that tcp_mem's middle value was passed
  PruneCalled,      // a receive queue had to be shortened
  RcvPruned,
};
inline constexpr std::size_t kTcpCounterCount = static_cast<std::size_t>(TcpCounter::RcvPruned) + 1;

struct TcpCounterName {
  std::string_view group;  // "Tcp:" or "TcpExt:", as its line begins
  std::string_view name;
};
[[nodiscard]] TcpCounterName const& describe(TcpCounter counter);

// A counter that the kernel does not have is 0.
class TcpCounters {
 public:
  [[nodiscard]] std::uint64_t get(TcpCounter counter) const {
    return values_[static_cast<std::size_t>(counter)];
  }
  void set(TcpCounter counter, std::uint64_t value) {
    values_[static_cast<std::size_t>(counter)] = value;
  }

 private:
  std::array<std::uint64_t, kTcpCounterCount> values_{};
};

}  // namespace lastack::model
