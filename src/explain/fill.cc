#include "explain/fill.hh"

#include <array>

#include <fmt/format.h>

namespace lastack::explain {
namespace {

using base::Language;
using model::TcpSetting;

struct Unit {
  std::int64_t milliseconds;
  base::Phrase name;
};
constexpr std::array kUnits{
    Unit{86'400'000, {"d", "天"}}, Unit{3'600'000, {"h", "小时"}}, Unit{60'000, {"min", "分"}},
    Unit{1000, {"s", "秒"}},       Unit{1, {"ms", "毫秒"}},
};

constexpr std::array<std::string_view, 17> kPlaceholders{
    "time_wait",       "fin_timeout",   "syn_retries",    "syn_limit",    "synack_retries",
    "synack_limit",    "retries2",      "retries2_limit", "orphan_limit", "keepalive_time",
    "keepalive_limit", "somaxconn",     "syn_backlog",    "port_range",   "ports",
    "max_orphans",     "max_tw_buckets"};

}  // namespace

std::string duration_text(Milliseconds duration, Language language) {
  constexpr std::int64_t kPrecise = 10'000;  // below it, tenths of a second count
  auto left = duration.count() < 0 ? 0 : duration.count();
  if (left >= 1000 && left < kPrecise && left % 1000 >= 50) {
    return fmt::format("{:.1f} {}", static_cast<double>(left) / 1000, kUnits[3].name.in(language));
  }
  if (left >= 1000) left = (left + 500) / 1000 * 1000;
  constexpr std::int64_t kInSeconds = 100'000;  // below it, seconds are clearer than minutes
  std::string text;
  int units = 0;
  for (auto const& unit : kUnits) {
    if (left < kInSeconds && text.empty() && unit.milliseconds > 1000) continue;
    auto const count = left / unit.milliseconds;
    if (count == 0 && (text.empty() || units >= 2)) continue;
    if (units++ == 2) break;
    left -= count * unit.milliseconds;
    if (count == 0) continue;
    if (!text.empty()) text += ' ';
    text += fmt::format("{} {}", count, unit.name.in(language));
  }
  return text.empty() ? fmt::format("0 {}", kUnits[3].name.in(language)) : text;
}

std::span<std::string_view const> placeholders() { return kPlaceholders; }

Values values_of(model::TcpSettings const& settings, Language language) {
  auto const limits = limits_of(settings);
  auto const time = [&](Milliseconds duration) { return duration_text(duration, language); };
  auto const number = [&](TcpSetting setting) { return fmt::format("{}", settings.get(setting)); };
  auto const first = settings.get(TcpSetting::PortRangeFirst);
  auto const last = settings.get(TcpSetting::PortRangeLast);
  return {{"time_wait", time(kTimeWait)},
          {"fin_timeout", time(limits.fin_wait_2)},
          {"syn_retries", number(TcpSetting::SynRetries)},
          {"syn_limit", time(limits.syn)},
          {"synack_retries", number(TcpSetting::SynAckRetries)},
          {"synack_limit", time(limits.syn_ack)},
          {"retries2", number(TcpSetting::Retries2)},
          {"retries2_limit", time(limits.data)},
          {"orphan_limit", time(limits.orphan)},
          {"keepalive_time", time(limits.keepalive_idle)},
          {"keepalive_limit", time(limits.keepalive)},
          {"somaxconn", number(TcpSetting::Somaxconn)},
          {"syn_backlog", number(TcpSetting::MaxSynBacklog)},
          {"port_range", fmt::format("{}-{}", first, last)},
          {"ports", fmt::format("{}", last >= first ? last - first + 1 : 0)},
          {"max_orphans", number(TcpSetting::MaxOrphans)},
          {"max_tw_buckets", number(TcpSetting::MaxTimeWait)}};
}

std::string fill(std::string_view text, Values const& values) {
  std::string out;
  while (!text.empty()) {
    auto const open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    auto const close = text.find('}');
    if (close == std::string_view::npos) return out += text;
    auto const value = values.find(text.substr(1, close - 1));
    out += value == values.end() ? text.substr(0, close + 1) : std::string_view(value->second);
    text.remove_prefix(close + 1);
  }
  return out;
}

}  // namespace lastack::explain
