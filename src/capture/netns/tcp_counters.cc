#include "capture/netns/tcp_counters.hh"

#include <sys/socket.h>

#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "base/fd.hh"
#include "capture/procfs/directory.hh"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

namespace lastack::capture::netns {
namespace {

constexpr std::size_t kMaxText = 64UL * 1024;

std::string_view take_line(std::string_view& text) {
  auto const end = text.find('\n');
  auto const line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return line;
}

std::string_view take_word(std::string_view& line) {
  while (line.starts_with(' ')) line.remove_prefix(1);
  auto const word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

std::optional<model::TcpCounter> counter_named(std::string_view group, std::string_view name) {
  for (std::size_t i = 0; i < model::kTcpCounterCount; ++i) {
    auto const counter = static_cast<model::TcpCounter>(i);
    auto const& known = model::describe(counter);
    if (known.name == name && known.group == group) return counter;
  }
  return std::nullopt;
}

}  // namespace

// One pass: the names of a group stand in one line, their values in the next.
model::TcpCounters parse_tcp_counters(std::string_view snmp, std::string_view netstat) {
  model::TcpCounters counters;
  for (auto text : {snmp, netstat}) {
    while (!text.empty()) {
      auto names = take_line(text);
      auto values = take_line(text);
      auto const group = take_word(names);
      (void)take_word(values);
      for (auto word = take_word(names); !word.empty(); word = take_word(names)) {
        auto const value = take_word(values);
        auto const counter = counter_named(group, word);
        std::uint64_t number = 0;
        (void)std::from_chars(value.data(), value.data() + value.size(), number);
        if (counter) counters.set(*counter, number);
      }
    }
  }
  return counters;
}

base::Result<model::TcpCounters> tcp_counters_here() {
  procfs::Directory const net("/proc/thread-self/net");
  auto const snmp = net.read("snmp", kMaxText);
  if (!snmp) return std::unexpected(snmp.error());
  auto const netstat = net.read("netstat", kMaxText);
  if (!netstat) return std::unexpected(netstat.error());
  return parse_tcp_counters(snmp->text, netstat->text);
}

std::uint64_t netns_cookie_here() {
  base::Fd const socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  std::uint64_t cookie = 0;
  socklen_t length = sizeof(cookie);
  if (!socket.valid()) return 0;
  (void)::getsockopt(socket.get(), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length);
  return cookie;
}

}  // namespace lastack::capture::netns
