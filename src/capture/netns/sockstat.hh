// How many sockets a network namespace has, by protocol: where there are none, the kernel need
// not walk tables that all namespaces share.
#pragma once

#include <string_view>

#include "base/error.hh"

namespace lastack::capture::netns {

struct InUse {
  bool any = true;  // a socket that a program has open; not the kernel's own (TIME_WAIT)
  bool tcp = true;  // any that listens, connects, is connected, closes or is in TIME_WAIT
  bool udp = true;
};

// Reads the texts of /proc/net/sockstat and sockstat6 (kernel: net/ipv4/proc.c). What a text
// does not say counts as in use. Not in `tcp`: bound, inactive sockets, and a request socket that
// outlives its listener (until its next timer, a few seconds at most).
[[nodiscard]] InUse parse_sockstat(std::string_view sockstat, std::string_view sockstat6);

// Of the namespace that the calling thread is in.
[[nodiscard]] InUse in_use_here();

}  // namespace lastack::capture::netns
