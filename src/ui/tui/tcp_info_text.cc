#include "ui/tui/tcp_info_text.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/columns/format.hh"
#include "ui/tui/row_text.hh"
#include "ui/tui/spark.hh"

namespace lastack::ui::tui {
namespace {

using base::Phrase;
using Details = model::SocketDetails;
using model::kUnknown32;
using model::kUnknown64;

constexpr Phrase kTitle{"tcp_info", "tcp_info"};
constexpr int kValueWidth = 24;

std::string milliseconds(std::uint32_t microseconds) {
  std::string text;
  append_microseconds_as_ms(text, microseconds);
  return text;
}
std::string rate(std::uint64_t bytes_per_second) {
  std::string text;
  append_bytes_per_second(text, bytes_per_second);
  return text;
}

// Each: the value now; "" where it is not known.
std::string rtt_text(SocketReading const& reading) {
  auto const& details = reading.details;
  if (details.rtt_us == kUnknown32) return {};
  auto text = milliseconds(details.rtt_us);
  if (details.rttvar_us != kUnknown32) text += " ±" + milliseconds(details.rttvar_us);
  return text;
}
std::string rto_text(SocketReading const& reading) {
  if (reading.details.rto_us == kUnknown32) return {};
  auto text = milliseconds(reading.details.rto_us);
  if (reading.details.min_rtt_us != kUnknown32) {
    text += fmt::format(", min rtt {}", milliseconds(reading.details.min_rtt_us));
  }
  return text;
}
std::string window_text(SocketReading const& reading) {
  auto const& details = reading.details;
  if (details.cwnd == kUnknown32) return {};
  auto text = fmt::format("{}", details.cwnd);
  constexpr std::uint32_t kInfinite = 0x7fffffff;  // TCP_INFINITE_SSTHRESH
  if (details.ssthresh < kInfinite) text += fmt::format(", ssthresh {}", details.ssthresh);
  return text;
}
std::string unacked_text(SocketReading const& reading) {
  auto const& details = reading.details;
  if (details.unacked == kUnknown32) return {};
  auto text = fmt::format("{}", details.unacked);
  if (details.lost != kUnknown32 && details.lost > 0)
    text += fmt::format(", lost {}", details.lost);
  return text;
}
std::string retransmits_text(SocketReading const& reading) {
  auto const total = reading.details.retrans_total;
  return total == kUnknown32 ? std::string() : count_text(total);
}
std::string delivery_text(SocketReading const& reading) {
  auto const value = reading.details.delivery_rate;
  return value == kUnknown64 ? std::string() : rate(value);
}
std::string sent_text(SocketReading const& reading) {
  auto const value = reading.details.bytes_sent;
  return value == kUnknown64 ? std::string() : bytes_text(value);
}
std::string received_text(SocketReading const& reading) {
  auto const value = reading.details.bytes_received;
  return value == kUnknown64 ? std::string() : bytes_text(value);
}
std::string receive_queue_text(SocketReading const& reading) {
  return count_text(reading.recv_queue);
}
std::string send_queue_text(SocketReading const& reading) { return count_text(reading.send_queue); }
std::string congestion_text(SocketReading const& reading) {
  auto const& name = reading.details.congestion;
  std::string_view const all(name.data(), name.size());
  return base::printable(all.substr(0, all.find('\0')));
}
std::string segment_text(SocketReading const& reading) {
  auto const& details = reading.details;
  if (details.snd_mss == kUnknown32) return {};
  auto text = fmt::format("{}", details.snd_mss);
  if (details.pmtu != kUnknown32) text += fmt::format(", pmtu {}", details.pmtu);
  return text;
}
std::string drops_text(SocketReading const& reading) {
  auto const value = reading.details.mem_drops;
  return value == kUnknown32 ? std::string() : count_text(value);
}

struct Figure {
  Phrase label;
  std::string (*text)(SocketReading const&);
  ReadingLog::Series series = ReadingLog::kSeriesCount;  // none
};
constexpr auto kFigures = std::to_array<Figure>({
    {{"rtt", "往返时间"}, rtt_text, ReadingLog::kRtt},
    {{"rto", "重传超时"}, rto_text},
    {{"cwnd", "拥塞窗口"}, window_text, ReadingLog::kWindow},
    {{"unacked", "未确认"}, unacked_text, ReadingLog::kUnacked},
    {{"retransmitted", "重传"}, retransmits_text, ReadingLog::kRetransmits},
    {{"delivery", "交付速率"}, delivery_text, ReadingLog::kDelivery},
    {{"sent", "已发送"}, sent_text, ReadingLog::kSent},
    {{"received", "已接收"}, received_text, ReadingLog::kReceived},
    {{"recv queue", "接收队列"}, receive_queue_text, ReadingLog::kReceiveQueue},
    {{"send queue", "发送队列"}, send_queue_text, ReadingLog::kSendQueue},
    {{"drops", "丢弃"}, drops_text},
    {{"mss", "最大报文段"}, segment_text},
    {{"congestion", "拥塞控制"}, congestion_text},
});

}  // namespace

void tcp_info_rows(PageWriter& page, ReadingLog const& log, Frame const& frame) {
  auto const* reading = log.last();
  if (reading == nullptr) return;
  page.title(kTitle);
  auto const graph_width =
      std::min(page.room() - kValueWidth, static_cast<int>(ReadingLog::kPoints));
  for (auto const& figure : kFigures) {
    auto text = figure.text(*reading);
    if (text.empty()) continue;
    if (!frame.unicode) {
      if (auto const at = text.find("±"); at != std::string::npos) text.replace(at, 2, "+-");
    }
    PageLine spans{{0, std::move(text), {}}};
    bool const drawn = figure.series != ReadingLog::kSeriesCount && graph_width > 0 &&
                       !log.points(figure.series).empty();
    if (drawn) {
      std::string graph;
      append_spark(graph, log.points(figure.series), graph_width, frame.unicode);
      spans.push_back({kValueWidth, std::move(graph), {.ink = Ink::Calm}});
    }
    page.row(figure.label, spans);
  }
}

}  // namespace lastack::ui::tui
