#include "lab/scenario/host_settings.hh"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "lab/scenario/words.hh"

namespace lastack::lab {
namespace {

template <auto Member>
bool number(Settings& settings, std::string_view value) {
  using Type = std::remove_reference_t<decltype(settings.*Member)>;
  auto const parsed = parse_number(value);
  if (!parsed || *parsed > std::numeric_limits<Type>::max()) return false;
  settings.*Member = static_cast<Type>(*parsed);
  return true;
}

// sysctls that count seconds.
template <auto Member>
bool whole_seconds(Settings& settings, std::string_view value) {
  auto const parsed = parse_number(value);
  if (parsed) settings.*Member = seconds(*parsed);
  return parsed.has_value();
}

template <auto Member>
bool span(Settings& settings, std::string_view value) {
  auto const parsed = parse_span(value);
  if (parsed) settings.*Member = *parsed;
  return parsed.has_value();
}

// 0 is 8 (kernel: tcp_orphan_retries()).
bool orphan_retries(Settings& settings, std::string_view value) {
  bool const good = number<&Settings::orphan_retries>(settings, value);
  if (settings.orphan_retries == 0) settings.orphan_retries = 8;
  return good;
}

using S = Settings;
constexpr auto kSettings = std::to_array<HostSettingWord>({
    {"somaxconn", "net.core.somaxconn", "N", number<&S::somaxconn>},
    {"tcp_max_syn_backlog", "net.ipv4.tcp_max_syn_backlog", "N", number<&S::max_syn_backlog>},
    {"tcp_syncookies", "net.ipv4.tcp_syncookies", "0, 1 or 2", number<&S::syncookies>},
    {"tcp_abort_on_overflow", "net.ipv4.tcp_abort_on_overflow", "0 or 1",
     number<&S::abort_on_overflow>},
    {"tcp_syn_retries", "net.ipv4.tcp_syn_retries", "N", number<&S::syn_retries>},
    {"tcp_syn_linear_timeouts", "net.ipv4.tcp_syn_linear_timeouts", "N",
     number<&S::syn_linear_timeouts>},
    {"tcp_synack_retries", "net.ipv4.tcp_synack_retries", "N", number<&S::synack_retries>},
    {"tcp_retries2", "net.ipv4.tcp_retries2", "N", number<&S::retries2>},
    {"tcp_orphan_retries", "net.ipv4.tcp_orphan_retries", "N", orphan_retries},
    {"tcp_fin_timeout", "net.ipv4.tcp_fin_timeout", "seconds", whole_seconds<&S::fin_timeout>},
    {"tcp_rfc1337", "net.ipv4.tcp_rfc1337", "0 or 1", number<&S::rfc1337>},
    {"tcp_keepalive_time", "net.ipv4.tcp_keepalive_time", "seconds",
     whole_seconds<&S::keepalive_time>},
    {"tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_intvl", "seconds",
     whole_seconds<&S::keepalive_interval>},
    {"tcp_keepalive_probes", "net.ipv4.tcp_keepalive_probes", "N", number<&S::keepalive_probes>},
    {"quiet_time", "", "a span", span<&S::quiet_time>},
    {"time_wait", "", "a span", span<&S::time_wait>},
    {"rto_initial", "", "a span", span<&S::rto_initial>},
    {"rto_min", "", "a span", span<&S::rto_min>},
    {"give_up", "", "a span", span<&S::give_up>},
    {"delayed_ack", "", "a span", span<&S::delayed_ack>},
    {"receive_buffer", "", "octets", number<&S::receive_buffer>},
    {"send_buffer", "", "octets", number<&S::send_buffer>},
    {"mss", "", "octets", number<&S::mss>},
});

}  // namespace

HostSettingWord const* find_host_setting(std::string_view name) {
  auto const* found = std::ranges::find(kSettings, name, &HostSettingWord::name);
  return found == kSettings.end() ? nullptr : found;
}

std::string host_setting_names() {
  std::string text;
  for (auto const& each : kSettings) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", each.name);
  }
  return text;
}

}  // namespace lastack::lab
