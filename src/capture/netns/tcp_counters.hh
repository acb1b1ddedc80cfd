// What the kernel itself counts about TCP in a network namespace (/proc/net/snmp, netstat): the
// proof that nothing was missed.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hh"
#include "model/tcp_counters.hh"

namespace lastack::capture::netns {

struct TcpCounters {
  std::uint64_t netns_cookie = 0;         // names the namespace for ever, unlike its inode
  std::uint64_t active_opens = 0;         // Tcp ActiveOpens: SYNs of connect()
  std::uint64_t passive_opens = 0;        // Tcp PassiveOpens: connections out of requests
  std::uint64_t minis = 0;                // TcpExt TW + TWKilled: mini-sockets begun
  std::uint64_t time_wait_overflows = 0;  // TcpExt TCPTimeWaitOverflow
  std::uint64_t listen_overflows = 0;     // TcpExt ListenOverflows: accept queue full
  std::uint64_t listen_drops = 0;         // TcpExt ListenDrops: those and other dropped SYNs
  std::uint64_t syn_retransmits = 0;      // TcpExt TCPSynRetrans: SYNs and SYN+ACKs

  bool operator==(TcpCounters const&) const = default;
};

// Each text has pairs of lines: "Tcp: NAME …" and "Tcp: VALUE …". A name that is missing counts 0.
[[nodiscard]] TcpCounters parse_tcp_counters(std::string_view snmp, std::string_view netstat);

// Of the namespace that the calling thread is in.
[[nodiscard]] base::Result<TcpCounters> tcp_counters_here();

// The same texts, for those who look for faults and not for what was missed.
[[nodiscard]] model::TcpCounters parse_fault_counters(std::string_view snmp,
                                                      std::string_view netstat);
[[nodiscard]] base::Result<model::TcpCounters> fault_counters_here();

}  // namespace lastack::capture::netns
