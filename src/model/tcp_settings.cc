#include "model/tcp_settings.hh"

namespace lastack::model {
namespace {

// In the order of TcpSetting.
constexpr std::array<TcpSettingInfo, kTcpSettingCount> kSettings{{
    {"net.ipv4.tcp_fin_timeout", 60},
    {"net.ipv4.tcp_syn_retries", 6},
    {"net.ipv4.tcp_syn_linear_timeouts", 4},
    {"net.ipv4.tcp_synack_retries", 5},
    {"net.ipv4.tcp_retries2", 15},
    {"net.ipv4.tcp_orphan_retries", 0},
    {"net.ipv4.tcp_rto_max_ms", 120'000},
    {"net.ipv4.tcp_keepalive_time", 7200},
    {"net.ipv4.tcp_keepalive_intvl", 75},
    {"net.ipv4.tcp_keepalive_probes", 9},
    {"net.core.somaxconn", 4096},
    {"net.ipv4.tcp_max_syn_backlog", 4096},
    {"net.ipv4.tcp_syncookies", 1},
    {"net.ipv4.tcp_max_orphans", 65536},
    {"net.ipv4.tcp_max_tw_buckets", 262'144},
    {"net.ipv4.ip_local_port_range", 32768},
    {"net.ipv4.ip_local_port_range", 60999},
    {"net.ipv4.tcp_tw_reuse", 2},
    {"net.ipv4.tcp_tw_reuse_delay", 1000},
    {"net.ipv4.tcp_timestamps", 1},
}};

}  // namespace

TcpSettingInfo const& describe(TcpSetting setting) {
  return kSettings.at(static_cast<std::size_t>(setting));
}

TcpSettings::TcpSettings() {
  for (std::size_t i = 0; i < values_.size(); ++i) values_.at(i) = kSettings.at(i).usual;
}

}  // namespace lastack::model
