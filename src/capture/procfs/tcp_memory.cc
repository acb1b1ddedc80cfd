#include "capture/procfs/tcp_memory.hh"

#include <unistd.h>

#include <charconv>
#include <optional>

namespace lastack::capture::procfs {
namespace {

std::optional<std::uint64_t> take_number(std::string_view& text) {
  auto const begin = text.find_first_of("0123456789");
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin);
  std::uint64_t number = 0;
  auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// The number behind `name` in the line of TCP.
std::optional<std::uint64_t> figure(std::string_view sockstat, std::string_view name) {
  auto const begin = sockstat.find("TCP:");
  if (begin == std::string_view::npos) return std::nullopt;
  auto line = sockstat.substr(begin, sockstat.find('\n', begin) - begin);
  auto const at = line.find(name);
  if (at == std::string_view::npos) return std::nullopt;
  line.remove_prefix(at + name.size());
  return take_number(line);
}

}  // namespace

model::TcpMemory parse_tcp_memory(std::string_view sockstat, std::string_view tcp_mem) {
  model::TcpMemory memory;
  auto const pages = figure(sockstat, " mem ");
  auto const orphans = figure(sockstat, " orphan ");
  auto const low = take_number(tcp_mem);
  auto const pressure = take_number(tcp_mem);
  auto const high = take_number(tcp_mem);
  if (!pages || !orphans || !low || !pressure || !high) return memory;
  memory.known = true;
  memory.pages = *pages;
  memory.orphans = *orphans;
  memory.low = *low;
  memory.pressure = *pressure;
  memory.high = *high;
  return memory;
}

model::TcpMemory read_tcp_memory(ProcFs const& fs) {
  auto const sockstat = fs.root().read("net/sockstat");
  auto const limits = fs.root().read("sys/net/ipv4/tcp_mem");
  if (!sockstat || !limits) return {};
  auto memory = parse_tcp_memory(sockstat->text, limits->text);
  if (auto const page = ::sysconf(_SC_PAGESIZE); page > 0) {
    memory.page_bytes = static_cast<std::uint64_t>(page);
  }
  return memory;
}

}  // namespace lastack::capture::procfs
