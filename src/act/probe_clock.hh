// The kernel's monotonic clock, by which handshakes are measured and its events are dated.
#pragma once

#include <time.h>

#include <cstdint>

namespace lastack::act {

[[nodiscard]] inline std::uint64_t probe_now_ns() {
  timespec time{};
  (void)::clock_gettime(CLOCK_MONOTONIC, &time);  // cannot fail for a clock that Linux always has
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace lastack::act
