#include "capture/netns/tcp_settings.hh"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string>

#include "capture/procfs/directory.hh"

namespace lastack::capture::netns {
namespace {

using model::TcpSetting;
using model::TcpSettings;

constexpr std::size_t kMaxText = 256;

// What kernels without the setting do.
std::uint64_t before_it_existed(TcpSetting setting) {
  if (setting == TcpSetting::SynLinearTimeouts) return 0;
  return describe(setting).usual;
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
    if (file.error().code == ENOENT) settings.set(setting, before_it_existed(setting));
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
