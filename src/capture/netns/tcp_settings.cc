#include "capture/netns/tcp_settings.hh"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string>

#include "capture/procfs/directory.hh"

namespace lastack::capture::netns {
namespace {

using model::TcpSetting;
using model::TcpSettings;

constexpr std::size_t kMaxText = 256;

// Kernels without these behave so; what else is missing is hidden, as in some containers.
std::optional<std::uint64_t> before_it_existed(TcpSetting setting) {
  if (setting == TcpSetting::SynLinearTimeouts) return 0;
  if (setting == TcpSetting::RtoMaxMs) return describe(setting).usual;
  if (setting == TcpSetting::TimeWaitReuseDelayMs) return describe(setting).usual;
  return std::nullopt;
}

// The numbers of a line; the port range has two.
std::uint64_t number_at(std::string_view text, std::size_t index) {
  for (std::uint64_t number = 0;;) {
    auto const begin = text.find_first_of("0123456789");
    if (begin == std::string_view::npos) return 0;
    text.remove_prefix(begin);
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc()) return 0;
    if (index-- == 0) return number;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
}

void read_one(procfs::Directory const& sys, TcpSetting setting, TcpSettings& settings) {
  std::string path(describe(setting).name);
  std::ranges::replace(path, '.', '/');
  auto const file = sys.read(path, kMaxText);
  if (!file) {
    auto const older = before_it_existed(setting);
    bool const others_are_there = settings.is_read(TcpSetting::FinTimeout);
    if (file.error().code == ENOENT && others_are_there && older) settings.set(setting, *older);
    return;
  }
  auto const index = setting == TcpSetting::PortRangeLast ? 1U : 0U;
  settings.set(setting, number_at(file->text, index));
}

}  // namespace

TcpSettings tcp_settings_here() {
  procfs::Directory const sys("/proc/sys");
  TcpSettings settings;
  for (std::size_t i = 0; i < model::kTcpSettingCount; ++i) {
    read_one(sys, static_cast<TcpSetting>(i), settings);
  }
  return settings;
}

}  // namespace lastack::capture::netns
