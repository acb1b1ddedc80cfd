// What readings of one socket said over time.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

#include "ui/tui/update.hh"

namespace lastack::ui::tui {

class ReadingLog {
 public:
  static constexpr std::size_t kPoints = 120;
  enum Series : std::uint8_t {
    kRtt,          // µs
    kWindow,       // congestion window, segments
    kUnacked,      // segments
    kRetransmits,  // segments since the reading before
    kDelivery,     // bytes/s, as the kernel estimates it
    kSent,         // bytes/s since the reading before
    kReceived,     // likewise
    kReceiveQueue,
    kSendQueue,
    kSeriesCount,
  };

  void clear() { *this = {}; }
  void add(SocketReading const& reading, std::uint64_t now_ns);

  [[nodiscard]] std::deque<std::uint32_t> const& points(Series series) const {
    return series_[series];
  }
  [[nodiscard]] SocketReading const* last() const { return last_ ? &*last_ : nullptr; }

 private:
  void push(Series series, std::uint64_t value);
  void push_differences(model::SocketDetails const& before, model::SocketDetails const& now,
                        std::uint64_t elapsed_ns);

  std::array<std::deque<std::uint32_t>, kSeriesCount> series_;
  std::optional<SocketReading> last_;
  std::uint64_t last_ns_ = 0;
};

}  // namespace lastack::ui::tui
