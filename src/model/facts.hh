// Which facts a face or a filter needs. Columns and filters say so; collecting only those
// is what makes the common listing fast.
#pragma once

#include <cstdint>

namespace lastack::model {

enum class Fact : std::uint16_t {
  Owners = 1U << 0,       // pid, fd and comm of every process that holds the socket
  Exe = 1U << 1,          // Process::exe
  Cmdline = 1U << 2,      // Process::cmdline
  User = 1U << 3,         // Process::uid and the names in Snapshot::users
  StartTime = 1U << 4,    // Process::start_unix_ms
  Parents = 1U << 5,      // Process::parents
  Cgroup = 1U << 6,       // Process::cgroup, unit, container
  TcpInfo = 1U << 7,      // SocketDetails from tcp_info
  Memory = 1U << 8,       // SocketDetails::mem_*
  Congestion = 1U << 9,   // SocketDetails::congestion
  SocketUser = 1U << 10,  // name of Endpoint::uid in Snapshot::users
};

class Facts {
 public:
  constexpr Facts() = default;
  constexpr Facts(Fact fact)  // NOLINT(google-explicit-constructor): a fact is a set of one
      : bits_(static_cast<std::uint16_t>(fact)) {}
  [[nodiscard]] static constexpr Facts all() { return Facts(0x7ff, 0); }

  [[nodiscard]] constexpr bool has(Fact fact) const {
    return (bits_ & static_cast<std::uint16_t>(fact)) != 0;
  }
  [[nodiscard]] constexpr bool any(Facts facts) const { return (bits_ & facts.bits_) != 0; }
  friend constexpr Facts operator|(Facts a, Facts b) {
    return Facts(static_cast<unsigned>(a.bits_) | b.bits_, 0);
  }
  constexpr Facts& operator|=(Facts other) { return *this = *this | other; }
  constexpr bool operator==(Facts const&) const = default;

 private:
  constexpr Facts(unsigned bits, int /*raw*/) : bits_(static_cast<std::uint16_t>(bits)) {}

  std::uint16_t bits_ = 0;
};
[[nodiscard]] constexpr Facts operator|(Fact a, Fact b) { return Facts(a) | Facts(b); }

// Everything read from /proc about the processes that own sockets.
inline constexpr Facts kProcessFacts =
    Fact::Exe | Fact::Cmdline | Fact::User | Fact::StartTime | Fact::Parents | Fact::Cgroup;
inline constexpr Facts kDetailFacts = Fact::TcpInfo | Fact::Memory | Fact::Congestion;

}  // namespace lastack::model
