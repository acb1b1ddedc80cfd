#include "ui/columns/format.hh"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace lastack::ui {
namespace {

void append_padded(std::string& out, std::uint64_t value, std::size_t digits) {
  auto const at = out.size();
  append_number(out, value);
  auto const written = out.size() - at;
  if (written < digits) out.insert(at, digits - written, '0');
}

struct Unit {
  std::string_view name;
  std::uint64_t size;
};

constexpr auto kDurations = std::to_array<Unit>(
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}});
constexpr auto kRates = std::to_array<Unit>(
    {{"TB/s", 1'000'000'000'000}, {"GB/s", 1'000'000'000}, {"MB/s", 1'000'000}, {"kB/s", 1'000}});

}  // namespace

void append_hex(std::string& out, std::uint64_t value) {
  std::array<char, 16> digits{};
  out.append(digits.data(), std::to_chars(digits.begin(), digits.end(), value, 16).ptr);
}

void append_microseconds_as_ms(std::string& out, std::uint64_t microseconds) {
  append_number(out, microseconds / 1000);
  out += '.';
  append_padded(out, microseconds % 1000, 3);
  out += "ms";
}

void append_bytes_per_second(std::string& out, std::uint64_t rate) {
  for (auto const& unit : kRates) {
    if (rate < unit.size) continue;
    append_number(out, rate / unit.size);
    out += '.';
    append_number(out, rate % unit.size / (unit.size / 10));
    out += unit.name;
    return;
  }
  append_number(out, rate);
  out += "B/s";
}

void append_duration(std::string& out, std::uint64_t milliseconds) {
  for (std::size_t i = 0; i < kDurations.size(); ++i) {
    auto const& unit = kDurations[i];
    if (milliseconds < unit.size && unit.size > 1) continue;
    append_number(out, milliseconds / unit.size);
    out += unit.name;
    // "43s", not "43s120ms": below a minute one unit says enough.
    auto const rest = milliseconds % unit.size;
    if (unit.size > 1'000 && rest >= kDurations[i + 1].size) {
      append_number(out, rest / kDurations[i + 1].size);
      out += kDurations[i + 1].name;
    }
    return;
  }
}

void append_time(std::string& out, std::int64_t unix_ms) {
  using std::chrono::floor;
  auto const time =
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(unix_ms));
  auto const day = floor<std::chrono::days>(time);
  std::chrono::year_month_day const date(day);
  std::chrono::hh_mm_ss const clock(time - day);
  auto const append = [&out](auto value, std::size_t digits, char after) {
    append_padded(out, static_cast<std::uint64_t>(value), digits);
    out += after;
  };
  append(static_cast<int>(date.year()), 4, '-');
  append(static_cast<unsigned>(date.month()), 2, '-');
  append(static_cast<unsigned>(date.day()), 2, 'T');
  append(clock.hours().count(), 2, ':');
  append(clock.minutes().count(), 2, ':');
  append(clock.seconds().count(), 2, '.');
  append(clock.subseconds().count(), 3, 'Z');
}

}  // namespace lastack::ui
