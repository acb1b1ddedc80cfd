// The TCP settings of a network namespace, from /proc/sys/net.
#pragma once

#include "model/tcp_settings.hh"

namespace lastack::capture::netns {

// Of the namespace that the calling thread is in (/proc/sys/net is that of the reader). What cannot
// be read keeps its usual value and says so; a setting that the kernel does not have means what
// older kernels did.
[[nodiscard]] model::TcpSettings tcp_settings_here();

}  // namespace lastack::capture::netns
