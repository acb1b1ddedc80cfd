// What is on the wire: a TCP segment and who it is for. Its text has a length and no letters: which
// octet of the stream each one is, its sequence number says.
#pragma once

#include <cstdint>
#include <functional>

#include "tcp/segment.hh"

namespace lastack::lab {

// IPv4 as a number, 10.0.0.1 = 0x0a000001, and a port.
struct Address {
  std::uint32_t host = 0;
  std::uint16_t port = 0;
  constexpr bool operator==(Address const&) const = default;
};

// The two ends of a connection, as one of them sees it.
struct Flow {
  Address local;
  Address remote;
  constexpr bool operator==(Flow const&) const = default;
};

struct Packet {
  Address from;
  Address to;
  tcp::Segment segment;
  std::uint16_t mss = 0;  // option of a SYN; 0: none

  [[nodiscard]] constexpr Flow at_receiver() const { return {to, from}; }
  constexpr bool operator==(Packet const&) const = default;
};

struct FlowHash {
  [[nodiscard]] std::size_t operator()(Flow const& flow) const {
    auto mix = [](std::uint64_t x) {
      x = (x ^ (x >> 33U)) * 0xff51afd7ed558ccdULL;
      return x ^ (x >> 33U);
    };
    auto const hosts = std::uint64_t{flow.local.host} << 32U | flow.remote.host;
    auto const ports = std::uint64_t{flow.local.port} << 16U | flow.remote.port;
    return static_cast<std::size_t>(mix(hosts ^ mix(ports)));
  }
};

}  // namespace lastack::lab
