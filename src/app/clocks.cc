#include "app/clocks.hh"

#include <time.h>

namespace lastack::app {
namespace {

std::int64_t now_ns(clockid_t clock) {
  timespec time{};
  (void)::clock_gettime(clock, &time);  // cannot fail for the clocks that Linux always has
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::uint64_t monotonic_ns() { return static_cast<std::uint64_t>(now_ns(CLOCK_MONOTONIC)); }

std::uint64_t thread_cpu_ns() {
  return static_cast<std::uint64_t>(now_ns(CLOCK_THREAD_CPUTIME_ID));
}

std::int64_t wall_offset_ns() { return now_ns(CLOCK_REALTIME) - now_ns(CLOCK_MONOTONIC); }

std::int64_t boot_offset_ns() { return now_ns(CLOCK_REALTIME) - now_ns(CLOCK_BOOTTIME); }

}  // namespace lastack::app
