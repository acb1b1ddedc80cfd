#include "capture/sock_diag/tcp_info.hh"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace lastack::capture::sock_diag {
namespace {

using model::SocketDetails;

template <typename T>
struct Field {
  std::size_t offset;  // in the kernel's struct
  T SocketDetails::* target;
};

constexpr auto kInfo32 = std::to_array<Field<std::uint32_t>>({
    {offsetof(tcp_info, tcpi_rto), &SocketDetails::rto_us},
    {offsetof(tcp_info, tcpi_snd_mss), &SocketDetails::snd_mss},
    {offsetof(tcp_info, tcpi_unacked), &SocketDetails::unacked},
    {offsetof(tcp_info, tcpi_lost), &SocketDetails::lost},
    {offsetof(tcp_info, tcpi_last_data_sent), &SocketDetails::last_send_ms},
    {offsetof(tcp_info, tcpi_last_data_recv), &SocketDetails::last_receive_ms},
    {offsetof(tcp_info, tcpi_last_ack_recv), &SocketDetails::last_ack_ms},
    {offsetof(tcp_info, tcpi_pmtu), &SocketDetails::pmtu},
    {offsetof(tcp_info, tcpi_rtt), &SocketDetails::rtt_us},
    {offsetof(tcp_info, tcpi_rttvar), &SocketDetails::rttvar_us},
    {offsetof(tcp_info, tcpi_snd_ssthresh), &SocketDetails::ssthresh},
    {offsetof(tcp_info, tcpi_snd_cwnd), &SocketDetails::cwnd},
    {offsetof(tcp_info, tcpi_rcv_space), &SocketDetails::rcv_space},
    {offsetof(tcp_info, tcpi_total_retrans), &SocketDetails::retrans_total},
    {offsetof(tcp_info, tcpi_segs_out), &SocketDetails::segs_out},
    {offsetof(tcp_info, tcpi_segs_in), &SocketDetails::segs_in},
    {offsetof(tcp_info, tcpi_min_rtt), &SocketDetails::min_rtt_us},
    {offsetof(tcp_info, tcpi_snd_wnd), &SocketDetails::snd_wnd},
});

constexpr auto kInfo64 = std::to_array<Field<std::uint64_t>>({
    {offsetof(tcp_info, tcpi_pacing_rate), &SocketDetails::pacing_rate},
    {offsetof(tcp_info, tcpi_bytes_acked), &SocketDetails::bytes_acked},
    {offsetof(tcp_info, tcpi_bytes_received), &SocketDetails::bytes_received},
    {offsetof(tcp_info, tcpi_delivery_rate), &SocketDetails::delivery_rate},
    {offsetof(tcp_info, tcpi_bytes_sent), &SocketDetails::bytes_sent},
    {offsetof(tcp_info, tcpi_bytes_retrans), &SocketDetails::bytes_retransmitted},
});

// INET_DIAG_SKMEMINFO is an array of 32-bit numbers (include/uapi/linux/sock_diag.h).
constexpr std::size_t nth(std::size_t index) { return index * sizeof(std::uint32_t); }

constexpr auto kMemory = std::to_array<Field<std::uint32_t>>({
    {nth(SK_MEMINFO_RMEM_ALLOC), &SocketDetails::mem_rmem},
    {nth(SK_MEMINFO_RCVBUF), &SocketDetails::mem_rcvbuf},
    {nth(SK_MEMINFO_WMEM_ALLOC), &SocketDetails::mem_wmem},
    {nth(SK_MEMINFO_SNDBUF), &SocketDetails::mem_sndbuf},
    {nth(SK_MEMINFO_FWD_ALLOC), &SocketDetails::mem_fwd},
    {nth(SK_MEMINFO_WMEM_QUEUED), &SocketDetails::mem_wqueued},
    {nth(SK_MEMINFO_OPTMEM), &SocketDetails::mem_opt},
    {nth(SK_MEMINFO_BACKLOG), &SocketDetails::mem_backlog},
    {nth(SK_MEMINFO_DROPS), &SocketDetails::mem_drops},
});

template <typename T, std::size_t N>
void read_fields(std::array<Field<T>, N> const& fields, std::span<std::byte const> payload,
                 SocketDetails& details) {
  for (auto const& field : fields) {
    if (field.offset + sizeof(T) > payload.size()) continue;
    std::memcpy(&(details.*field.target), payload.data() + field.offset, sizeof(T));
  }
}

template <typename T>
void read_value(std::span<std::byte const> payload, T& target) {
  if (payload.size() >= sizeof(T)) std::memcpy(&target, payload.data(), sizeof(T));
}

void read_byte(std::span<std::byte const> payload, std::uint32_t& target) {
  if (!payload.empty()) target = std::to_integer<std::uint32_t>(payload.front());
}

void read_congestion(std::span<std::byte const> payload, SocketDetails& details) {
  auto const length = std::min(payload.size(), details.congestion.size() - 1);
  std::memcpy(details.congestion.data(), payload.data(), length);
}

}  // namespace

void read_detail(std::uint16_t type, std::span<std::byte const> payload, SocketDetails& details) {
  switch (type) {
    case INET_DIAG_INFO:
      read_fields(kInfo32, payload, details);
      read_fields(kInfo64, payload, details);
      break;
    case INET_DIAG_SKMEMINFO: read_fields(kMemory, payload, details); break;
    case INET_DIAG_CONG: read_congestion(payload, details); break;
    case INET_DIAG_TOS:
    case INET_DIAG_TCLASS: read_byte(payload, details.tos); break;  // IPv6 has both, TCLASS last
    case INET_DIAG_SHUTDOWN: read_byte(payload, details.shutdown); break;
    case INET_DIAG_MARK: read_value(payload, details.mark); break;
    case INET_DIAG_CGROUP_ID: read_value(payload, details.cgroup_id); break;
    default: break;
  }
}

}  // namespace lastack::capture::sock_diag
