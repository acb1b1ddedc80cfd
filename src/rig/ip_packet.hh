// IPv4 packets with TCP in them, as bytes (RFC 791, RFC 9293 section 3.1).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "lab/packet.hh"

namespace lastack::rig {

// With checksums. The text's octets are their place in the stream, modulo 251.
[[nodiscard]] std::vector<std::byte> encode(lab::Packet const& packet);
// nullopt: no whole TCP segment over IPv4 in one piece. The window is taken as it stands; of the
// options only the MSS is looked at. Checksums are the kernel's business.
[[nodiscard]] std::optional<lab::Packet> decode(std::span<std::byte const> bytes);

}  // namespace lastack::rig
