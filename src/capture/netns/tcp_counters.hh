// What the kernel itself counts about TCP in a network namespace (/proc/net/snmp, netstat): the
// proof that nothing was missed, and a witness for detectors.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hh"
#include "model/tcp_counters.hh"

namespace lastack::capture::netns {

// Each text has pairs of lines: "Tcp: NAME …" and "Tcp: VALUE …". A name that is missing counts 0.
[[nodiscard]] model::TcpCounters parse_tcp_counters(std::string_view snmp,
                                                    std::string_view netstat);

// Of the namespace that the calling thread is in.
[[nodiscard]] base::Result<model::TcpCounters> tcp_counters_here();
// SO_NETNS_COOKIE, since Linux 5.14: names the namespace for ever, unlike its inode. 0: not known.
[[nodiscard]] std::uint64_t netns_cookie_here();

}  // namespace lastack::capture::netns
