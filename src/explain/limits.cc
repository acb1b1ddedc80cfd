#include "explain/limits.hh"

#include <algorithm>

namespace lastack::explain {
namespace {

using model::TcpSetting;

constexpr Milliseconds kInitialRto{1000};    // TCP_TIMEOUT_INIT
constexpr Milliseconds kRtoMin{200};         // TCP_RTO_MIN
constexpr std::uint64_t kOrphanRetries = 8;  // what tcp_orphan_retries = 0 means
constexpr std::uint64_t kMostRetries = 255;

// The time of `retries` retransmissions and of the wait for the answer to the last: the timeout
// doubles each time, up to `most` (kernel: tcp_model_timeout()).
Milliseconds with_backoff(Milliseconds first, std::uint64_t retries, Milliseconds most) {
  Milliseconds total{0};
  auto timeout = first;
  for (std::uint64_t i = 0; i <= std::min(retries, kMostRetries); ++i) {
    total += timeout;
    timeout = std::min(timeout * 2, most);
  }
  return total;
}

Milliseconds seconds(std::uint64_t count) {
  return Milliseconds(static_cast<std::int64_t>(std::min<std::uint64_t>(count, 1U << 31U)) * 1000);
}

}  // namespace

Limits limits_of(model::TcpSettings const& settings) {
  auto const get = [&](TcpSetting setting) { return settings.get(setting); };
  auto const most = Milliseconds(static_cast<std::int64_t>(get(TcpSetting::RtoMaxMs)));
  auto const orphan = get(TcpSetting::OrphanRetries);
  auto const idle = seconds(get(TcpSetting::KeepaliveTime));
  // The first SYNs come at even distances, then the timeout doubles.
  auto const even =
      kInitialRto * static_cast<int>(std::min(get(TcpSetting::SynLinearTimeouts), kMostRetries));
  return {.syn = even + with_backoff(kInitialRto, get(TcpSetting::SynRetries), most),
          .syn_ack = with_backoff(kInitialRto, get(TcpSetting::SynAckRetries), most),
          .data = with_backoff(kRtoMin, get(TcpSetting::Retries2), most),
          .orphan = with_backoff(kRtoMin, orphan == 0 ? kOrphanRetries : orphan, most),
          .fin_wait_2 = seconds(get(TcpSetting::FinTimeout)),
          .keepalive_idle = idle,
          .keepalive = idle + seconds(get(TcpSetting::KeepaliveInterval)) *
                                  static_cast<int>(
                                      std::min(get(TcpSetting::KeepaliveProbes), kMostRetries))};
}

}  // namespace lastack::explain
