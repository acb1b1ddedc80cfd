#include "capture/netns/port_ranges.hh"

#include <charconv>
#include <optional>
#include <utility>

#include "capture/procfs/directory.hh"

namespace lastack::capture::netns {
namespace {

std::optional<std::uint16_t> take_port(std::string_view& text) {
  std::uint16_t port = 0;
  auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (problem != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return port;
}

std::optional<PortRange> parse_range(std::string_view text) {
  auto const first = take_port(text);
  if (!first) return std::nullopt;
  if (text.empty()) return PortRange{*first, *first};
  if (!text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  auto const last = take_port(text);
  if (!last || !text.empty() || *last < *first) return std::nullopt;
  return PortRange{*first, *last};
}

}  // namespace

std::vector<PortRange> parse_port_ranges(std::string_view text) {
  std::vector<PortRange> ranges;
  while (!text.empty()) {
    auto const end = text.find_first_of(",\n");
    if (auto const range = parse_range(text.substr(0, end))) ranges.push_back(*range);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return ranges;
}

base::Result<std::vector<PortRange>> reserved_ports_here() {
  procfs::Directory const sys("/proc/sys/net/ipv4");
  auto const text = sys.read("ip_local_reserved_ports");
  if (!text) return std::unexpected(text.error());
  return parse_port_ranges(text->text);
}

}  // namespace lastack::capture::netns
