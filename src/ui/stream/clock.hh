// Times of the kernel's monotonic clock as people read them. The caller brings the offset between
// the clocks; nothing here asks for the time.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace lastack::ui {

class StreamClock {
 public:
  // unix_ns - monotonic_ns, of now. To be renewed now and then: NTP moves the wall clock.
  void set_offset(std::int64_t offset_ns) { offset_ns_ = offset_ns; }

  [[nodiscard]] std::int64_t unix_ns(std::uint64_t monotonic_ns) const {
    return static_cast<std::int64_t>(monotonic_ns) + offset_ns_;
  }
  // "22:58:29.123456", local time.
  void append_local(std::string& out, std::uint64_t monotonic_ns);
  // RFC 3339, UTC, microseconds: "2026-11-23T22:58:29.123456Z".
  void append_utc(std::string& out, std::uint64_t monotonic_ns);

 private:
  struct Second {
    std::int64_t at = -1;
    std::string text;
  };

  std::int64_t offset_ns_ = 0;
  Second local_;  // the texts of the last second: most events are of it
  Second utc_;
};

}  // namespace lastack::ui
