// Time of the lab: virtual, in microseconds since it began. No clock is read.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace lastack::lab {

struct Span {
  std::int64_t us = 0;

  friend constexpr auto operator<=>(Span, Span) = default;
  friend constexpr Span operator+(Span a, Span b) { return {a.us + b.us}; }
  friend constexpr Span operator-(Span a, Span b) { return {a.us - b.us}; }
  friend constexpr Span operator*(Span a, std::int64_t times) { return {a.us * times}; }
  friend constexpr Span operator/(Span a, std::int64_t parts) { return {a.us / parts}; }
};
[[nodiscard]] constexpr Span milliseconds(std::int64_t count) { return {count * 1000}; }
[[nodiscard]] constexpr Span seconds(std::int64_t count) { return {count * 1'000'000}; }

struct Moment {
  std::int64_t us = 0;

  friend constexpr auto operator<=>(Moment, Moment) = default;
  friend constexpr Moment operator+(Moment from, Span span) { return {from.us + span.us}; }
  friend constexpr Span operator-(Moment to, Moment from) { return {to.us - from.us}; }
};
inline constexpr Moment kNever{std::numeric_limits<std::int64_t>::max()};

}  // namespace lastack::lab
