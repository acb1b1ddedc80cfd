// How much memory TCP takes, and how much it may (/proc/net/sockstat, /proc/sys/net/ipv4/tcp_mem).
#pragma once

#include <string_view>

#include "capture/procfs/proc_fs.hh"
#include "model/tcp_memory.hh"

namespace lastack::capture::procfs {

// `sockstat` has "TCP: inuse 5 orphan 0 tw 0 alloc 7 mem 1", `tcp_mem` three numbers.
[[nodiscard]] model::TcpMemory parse_tcp_memory(std::string_view sockstat,
                                                std::string_view tcp_mem);
// TcpMemory::known is false where it cannot be read. Orphans are of all namespaces (kernel:
// tcp_orphan_count_sum).
[[nodiscard]] model::TcpMemory read_tcp_memory(ProcFs const& fs);

}  // namespace lastack::capture::procfs
