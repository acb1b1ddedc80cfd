// HOST as in ss(8): [FAMILY:]ADDRESS[/BITS][:PORT], where ADDRESS is an IPv4 address (short
// before a prefix length: 10/8), an IPv6 address (in [] before a port), a host name, * or nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "filter/host_pattern.hh"
#include "filter/name_lookup.hh"
#include "filter/number_parser.hh"
#include "filter/syntax_error.hh"

namespace lastack::filter {

// What is asked of one side of an endpoint: any of the addresses, and the port.
struct HostSpec {
  bool any_address = false;
  std::vector<HostPattern> addresses;  // not empty unless any_address
  std::optional<std::uint16_t> port;   // nullopt: any
};

[[nodiscard]] Parsed<HostSpec> parse_host(Piece host, NameLookup const& names);

// [FAMILY:][:]PORT after sport, dport and port.
[[nodiscard]] Parsed<HostSpec> parse_port_only(Piece port, NameLookup const& names);

}  // namespace lastack::filter
