#include "model/address.hh"

#include <algorithm>
#include <charconv>

namespace lastack::model {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

char* write_decimal(char* out, unsigned value) {
  return std::to_chars(out, out + 3, value).ptr;  // 0..255
}

char* write_v4(char* out, std::uint8_t const* bytes) {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) *out++ = '.';
    out = write_decimal(out, bytes[i]);
  }
  return out;
}

unsigned group_at(Address const& address, int index) {
  auto const high = static_cast<unsigned>(address.bytes[static_cast<std::size_t>(index) * 2]);
  return high << 8U | address.bytes[static_cast<std::size_t>(index) * 2 + 1];
}

struct ZeroRun {
  int start = -1;
  int length = 0;
};

// RFC 5952 4.2: the longest run of two or more zero groups, the first of equals.
ZeroRun longest_zero_run(Address const& address) {
  ZeroRun best;
  for (int i = 0; i < 8;) {
    int end = i;
    while (end < 8 && group_at(address, end) == 0) ++end;
    if (end - i >= 2 && end - i > best.length) best = {i, end - i};
    i = end > i ? end : i + 1;
  }
  return best;
}

char* write_v6(char* out, Address const& address) {
  if (is_v4_mapped(address)) {
    constexpr std::string_view kPrefix = "::ffff:";
    out = std::ranges::copy(kPrefix, out).out;
    return write_v4(out, address.bytes.data() + 12);
  }
  auto const zeros = longest_zero_run(address);
  for (int i = 0; i < 8; ++i) {
    if (i == zeros.start) {
      *out++ = ':';
      *out++ = ':';
      i += zeros.length - 1;
      continue;
    }
    if (i > 0 && i != zeros.start + zeros.length) *out++ = ':';
    out = std::to_chars(out, out + 4, group_at(address, i), 16).ptr;
  }
  return out;
}

}  // namespace

bool is_v4_mapped(Address const& address) {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
}

Address unmapped(Address const& address) {
  return Address::from_bytes(address.bytes.data() + 12, Family::Inet);
}

bool is_unspecified(Address const& address) { return address == Address{}; }

bool same_prefix(Address const& a, Address const& b, unsigned bits) {
  auto const whole = bits / 8;
  if (std::memcmp(a.bytes.data(), b.bytes.data(), whole) != 0) return false;
  auto const rest = bits % 8;
  if (rest == 0) return true;
  auto const mask = static_cast<std::uint8_t>(0xffU << (8 - rest));
  return ((a.bytes[whole] ^ b.bytes[whole]) & mask) == 0;
}

char* write_address(char* out, Address const& address, Family family) {
  return family == Family::Inet ? write_v4(out, address.bytes.data()) : write_v6(out, address);
}

std::string to_string(Address const& address, Family family) {
  std::array<char, kMaxAddressText> buffer{};
  return std::string(buffer.data(), write_address(buffer.data(), address, family));
}

}  // namespace lastack::model
