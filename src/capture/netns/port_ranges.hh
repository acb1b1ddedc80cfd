// Ports that the kernel does not choose by itself (net.ipv4.ip_local_reserved_ports).
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hh"

namespace lastack::capture::netns {

using PortRange = std::pair<std::uint16_t, std::uint16_t>;  // first, last

// "8080,9000-9010\n"; what cannot be read as that is left out.
[[nodiscard]] std::vector<PortRange> parse_port_ranges(std::string_view text);

// Of the namespace that the calling thread is in.
[[nodiscard]] base::Result<std::vector<PortRange>> reserved_ports_here();

}  // namespace lastack::capture::netns
