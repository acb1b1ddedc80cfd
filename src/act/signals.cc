#include "act/signals.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>

#include "base/text.hh"

namespace lastack::act {
namespace {

constexpr auto kSignals = std::to_array<Signal>({
    {SIGTERM, "SIGTERM", {"asks it to end", "请求结束"}, true},
    {SIGKILL, "SIGKILL", {"ends it at once; it cannot clean up", "立即结束，无法善后"}, true},
    {SIGINT, "SIGINT", {"as Ctrl-C", "等同 Ctrl-C"}, true},
    {SIGQUIT, "SIGQUIT", {"ends it with a core dump", "结束并转储内存"}, true},
    {SIGABRT, "SIGABRT", {"ends it with a core dump", "结束并转储内存"}, true},
    {SIGHUP, "SIGHUP", {"many services read their settings anew", "许多服务会重新读取配置"}, false},
    {SIGUSR1, "SIGUSR1", {"the program's own meaning", "含义由程序定义"}, false},
    {SIGUSR2, "SIGUSR2", {"the program's own meaning", "含义由程序定义"}, false},
    {SIGSTOP, "SIGSTOP", {"holds it until SIGCONT", "暂停，直到 SIGCONT"}, false},
    {SIGCONT, "SIGCONT", {"lets it go on", "继续运行"}, false},
});

bool is_called(int number, std::string_view text) {
  auto const* abbreviation = ::sigabbrev_np(number);  // "TERM"
  if (abbreviation == nullptr) return false;
  if (base::equals_ignoring_case(text.substr(0, 3), "SIG")) text.remove_prefix(3);
  return base::equals_ignoring_case(text, abbreviation);
}

}  // namespace

std::span<Signal const> signals() { return kSignals; }

std::optional<int> parse_signal(std::string_view text) {
  int number = 0;
  auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc() && end == text.data() + text.size()) {
    return number >= 1 && number <= SIGRTMAX ? std::optional(number) : std::nullopt;
  }
  for (number = 1; number < NSIG; ++number) {
    if (is_called(number, text)) return number;
  }
  return std::nullopt;
}

std::string signal_name(int number) {
  auto const* abbreviation = ::sigabbrev_np(number);
  return abbreviation == nullptr ? "signal " + std::to_string(number)
                                 : std::string("SIG") + abbreviation;
}

bool ends_a_program(int number) {
  auto const known = std::ranges::find(kSignals, number, &Signal::number);
  return known != kSignals.end() && known->ends;
}

}  // namespace lastack::act
