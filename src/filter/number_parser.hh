// Numbers and ports as people write them, and the range of values that a comparison accepts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "filter/cursor.hh"
#include "filter/name_lookup.hh"
#include "filter/syntax_error.hh"

namespace lastack::filter {

// Both ends included; low > high holds nothing.
struct Range {
  std::uint64_t low = 0;
  std::uint64_t high = std::numeric_limits<std::uint64_t>::max();

  [[nodiscard]] constexpr bool holds(std::uint64_t value) const {
    return low <= value && value <= high;
  }
};

// The values x with `x compare value`. NotEqual gives the range of Equal: the caller negates.
[[nodiscard]] Range range_of(Compare compare, std::uint64_t value);

// A part of the filter's text and where it stands.
struct Piece {
  std::string_view text;
  std::size_t offset = 0;
};

// Decimal, or hexadecimal after 0x. nullopt: not a number, or beyond 64 bits.
[[nodiscard]] std::optional<std::uint64_t> read_number(std::string_view text);

// "443", "ssh" or "*" (any port: nullopt), without a colon.
[[nodiscard]] Parsed<std::optional<std::uint16_t>> parse_port(Piece piece, NameLookup const& names);

}  // namespace lastack::filter
