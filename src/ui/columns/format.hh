// Numbers, durations and times as cells show them. Hot path: nothing here allocates.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace lastack::ui {

inline void append_number(std::string& out, std::uint64_t value) {
  std::array<char, 20> digits{};
  out.append(digits.data(), std::to_chars(digits.begin(), digits.end(), value).ptr);
}
[[nodiscard]] constexpr std::uint64_t digits_of(std::uint64_t value) {
  std::uint64_t digits = 1;
  for (; value >= 10; value /= 10) ++digits;
  return digits;
}
void append_hex(std::string& out, std::uint64_t value);  // "1f", as ss shows cookies

void append_microseconds_as_ms(std::string& out, std::uint64_t microseconds);  // "12.345ms"
void append_bytes_per_second(std::string& out, std::uint64_t rate);            // "1.2MB/s"
// The two largest units: "200ms", "43s", "1h59m", "3d4h".
void append_duration(std::string& out, std::uint64_t milliseconds);
// RFC 3339, UTC: "2026-11-23T03:56:24.120Z".
void append_time(std::string& out, std::int64_t unix_ms);

}  // namespace lastack::ui
