#include "ui/tui/reading_log.hh"

#include <algorithm>
#include <limits>

namespace lastack::ui::tui {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

// What was added; nothing where one of them is unknown or it went back.
std::uint64_t difference(std::uint64_t before, std::uint64_t now) {
  if (before == model::kUnknown64 || now == model::kUnknown64 || now < before) return 0;
  return now - before;
}

}  // namespace

void ReadingLog::push(Series series, std::uint64_t value) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max() - 1;
  auto& points = series_[series];
  points.push_back(static_cast<std::uint32_t>(std::min(value, kMost)));
  if (points.size() > kPoints) points.pop_front();
}

void ReadingLog::push_differences(model::SocketDetails const& before,
                                  model::SocketDetails const& now, std::uint64_t elapsed_ns) {
  auto const rate = [&](std::uint64_t old_bytes, std::uint64_t bytes) {
    return static_cast<std::uint64_t>(static_cast<double>(difference(old_bytes, bytes)) *
                                      static_cast<double>(kSecond) /
                                      static_cast<double>(elapsed_ns));
  };
  push(kSent, rate(before.bytes_sent, now.bytes_sent));
  push(kReceived, rate(before.bytes_received, now.bytes_received));
  bool const known =
      before.retrans_total != model::kUnknown32 && now.retrans_total != model::kUnknown32;
  push(kRetransmits, known ? difference(before.retrans_total, now.retrans_total) : 0);
}

void ReadingLog::add(SocketReading const& reading, std::uint64_t now_ns) {
  auto const& details = reading.details;
  push(kReceiveQueue, reading.recv_queue);
  push(kSendQueue, reading.send_queue);
  if (details.rtt_us != model::kUnknown32) push(kRtt, details.rtt_us);
  if (details.cwnd != model::kUnknown32) push(kWindow, details.cwnd);
  if (details.unacked != model::kUnknown32) push(kUnacked, details.unacked);
  if (details.delivery_rate != model::kUnknown64) push(kDelivery, details.delivery_rate);
  if (last_ && now_ns > last_ns_) {
    push_differences(last_->details, details, now_ns - last_ns_);
  }
  last_ = reading;
  last_ns_ = now_ns;
}

}  // namespace lastack::ui::tui
