#include "ui/stream/clock.hh"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <iterator>

namespace lastack::ui {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

void append_microseconds(std::string& out, std::int64_t unix_ns) {
  auto microseconds = unix_ns % kSecond / 1000;
  std::array<char, 7> digits{'.', '0', '0', '0', '0', '0', '0'};
  for (std::size_t i = digits.size() - 1; i > 0; --i, microseconds /= 10) {
    digits[i] = static_cast<char>('0' + microseconds % 10);
  }
  out.append(digits.data(), digits.size());
}

}  // namespace

void StreamClock::append_local(std::string& out, std::uint64_t monotonic_ns) {
  auto const time = unix_ns(monotonic_ns);
  if (auto const second = time / kSecond; second != local_.at) {
    local_ = {second, fmt::format("{:%H:%M:%S}", fmt::localtime(static_cast<std::time_t>(second)))};
  }
  out += local_.text;
  append_microseconds(out, time);
}

void StreamClock::append_utc(std::string& out, std::uint64_t monotonic_ns) {
  auto const time = unix_ns(monotonic_ns);
  if (auto const second = time / kSecond; second != utc_.at) {
    utc_ = {second,
            fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(second)))};
  }
  out += utc_.text;
  append_microseconds(out, time);
  out += 'Z';
}

}  // namespace lastack::ui
