#include "capture/netns/sockstat.hh"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include "capture/procfs/directory.hh"

namespace lastack::capture::netns {
namespace {

constexpr std::size_t kMaxText = 4096;

// The number after `key` on the line that begins with `line`: "TCP: inuse 3 orphan 0 tw 1".
std::optional<std::uint64_t> figure(std::string_view text, std::string_view line,
                                    std::string_view key) {
  while (!text.empty()) {
    auto const end = text.find('\n');
    auto const here = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (!here.starts_with(line)) continue;
    auto const at = here.find(key);
    if (at == std::string_view::npos) return std::nullopt;
    auto const digits = here.substr(at + key.size());
    std::uint64_t value = 0;
    auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return read.ec == std::errc() ? std::optional(value) : std::nullopt;
  }
  return std::nullopt;
}

bool maybe_any(std::optional<std::uint64_t> count) { return count.value_or(1) > 0; }

}  // namespace

InUse parse_sockstat(std::string_view sockstat, std::string_view sockstat6) {
  return {.any = maybe_any(figure(sockstat, "sockets:", " used ")),
          .tcp = maybe_any(figure(sockstat, "TCP:", " inuse ")) ||
                 maybe_any(figure(sockstat, "TCP:", " tw ")) ||
                 maybe_any(figure(sockstat6, "TCP6:", " inuse ")),
          .udp = maybe_any(figure(sockstat, "UDP:", " inuse ")) ||
                 maybe_any(figure(sockstat6, "UDP6:", " inuse "))};
}

InUse in_use_here() {
  procfs::Directory const net("/proc/thread-self/net");
  auto const v4 = net.read("sockstat", kMaxText);
  auto const v6 = net.read("sockstat6", kMaxText);
  return parse_sockstat(v4 ? std::string_view(v4->text) : std::string_view(),
                        v6 ? std::string_view(v6->text) : std::string_view());
}

}  // namespace lastack::capture::netns
