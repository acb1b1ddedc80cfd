#include "capture/bpf/kernel_symbols.hh"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <fstream>
#include <string>
#include <unordered_map>

namespace lastack::capture::bpf {
namespace {

struct Line {
  std::uint64_t address = 0;
  std::string_view name;
  bool is_variant = false;
  bool valid = false;
};

// "ffffffff82008 t tw_timer_handler" or "… t name.isra.0\t[module]"
Line parse(std::string_view line) {
  Line out;
  auto const [after, error] =
      std::from_chars(line.data(), line.data() + line.size(), out.address, 16);
  if (error != std::errc()) return out;
  auto const rest = line.substr(static_cast<std::size_t>(after - line.data()));
  if (rest.size() < 4 || rest[0] != ' ' || rest[2] != ' ') return out;
  out.name = rest.substr(3);
  auto const end = out.name.find_first_of(".\t ");
  out.is_variant = end != std::string_view::npos && out.name[end] == '.';
  out.name = out.name.substr(0, end);
  out.valid = true;
  return out;
}

}  // namespace

std::vector<Symbol> find_symbols(std::istream& text, std::span<std::string_view const> names) {
  std::unordered_map<std::string_view, std::size_t> wanted;
  for (std::size_t i = 0; i < names.size(); ++i) wanted.emplace(names[i], i);

  std::vector<Symbol> found;
  std::size_t closed = 0;  // entries before it have their end
  std::string line;
  while (std::getline(text, line)) {
    auto const symbol = parse(line);
    if (!symbol.valid) continue;
    while (closed < found.size() && found[closed].range.begin < symbol.address) {
      found[closed++].range.end = symbol.address;
    }
    auto const match = wanted.find(symbol.name);
    if (match == wanted.end() || symbol.address == 0) continue;
    found.push_back({match->second, {symbol.address, symbol.address + 1}, symbol.is_variant});
  }
  return found;
}

base::Result<std::vector<Symbol>> kernel_symbols(std::span<std::string_view const> names) {
  std::ifstream file("/proc/kallsyms");
  if (!file) return base::fail_errno("open /proc/kallsyms");
  auto found = find_symbols(file, names);
  if (found.empty()) {
    return base::fail(
        "/proc/kallsyms hides the addresses (kernel.kptr_restrict and perf_event_paranoid; "
        "cap_syslog helps)",
        EPERM);
  }
  return found;
}

}  // namespace lastack::capture::bpf
