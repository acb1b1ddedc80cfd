// IP addresses and the two ends of a flow, as plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace lastack::model {

enum class Family : std::uint8_t { Inet, Inet6 };

// An address without its family: 4 or 16 bytes in network order, the rest zero.
// The family is the endpoint's, kept once for both ends.
struct Address {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] static Address from_bytes(void const* data, Family family) {
    Address address;
    std::memcpy(address.bytes.data(), data, family == Family::Inet ? 4 : 16);
    return address;
  }
  bool operator==(Address const&) const = default;
  auto operator<=>(Address const&) const = default;
};

// ::ffff:a.b.c.d, an IPv4 peer reached through an IPv6 socket (RFC 4291 2.5.5.2).
[[nodiscard]] bool is_v4_mapped(Address const& address);
// The IPv4 address inside a v4-mapped one.
[[nodiscard]] Address unmapped(Address const& address);
[[nodiscard]] bool is_unspecified(Address const& address);

// True where the first `bits` bits are equal. bits <= 32 (Inet) or 128 (Inet6).
[[nodiscard]] bool same_prefix(Address const& a, Address const& b, unsigned bits);

// Longest textual form: "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", no terminator.
inline constexpr std::size_t kMaxAddressText = 45;

// Writes the RFC 5952 form ("127.0.0.1", "2001:db8::1", "::ffff:1.2.3.4") to `out`, which
// has room for kMaxAddressText; returns the end. Hot path: no allocation.
char* write_address(char* out, Address const& address, Family family);
[[nodiscard]] std::string to_string(Address const& address, Family family);

struct Flow {
  Address local;
  Address remote;
  std::uint16_t local_port = 0;  // host order
  std::uint16_t remote_port = 0;
  bool operator==(Flow const&) const = default;
};

}  // namespace lastack::model
