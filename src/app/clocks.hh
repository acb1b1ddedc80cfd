// The clocks. Only this room reads them; the rooms below are handed times.
#pragma once

#include <cstdint>

namespace lastack::app {

[[nodiscard]] std::uint64_t monotonic_ns();
// What the calling thread has had of the CPU so far.
[[nodiscard]] std::uint64_t thread_cpu_ns();
// Wall clock minus monotonic clock, now.
[[nodiscard]] std::int64_t wall_offset_ns();
// Wall clock minus the clock that counts from boot on, now.
[[nodiscard]] std::int64_t boot_offset_ns();

}  // namespace lastack::app
