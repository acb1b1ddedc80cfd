// Any bytes as the targets of a probe, an argument a line: what is taken has ports, each once, and
// a host that a resolver may be asked for; what is not taken has a short reason.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "act/probe_target.hh"

namespace {

using namespace lastack::act;

void require(bool holds) {
  if (!holds) std::abort();
}

std::optional<std::uint16_t> service(std::string_view name) {
  if (name == "ssh") return 22;
  if (name == "ms-sql-s") return 1433;
  return std::nullopt;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at <= text.size();) {
    auto const end = std::min(text.find('\n', at), text.size());
    lines.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void check(ProbeSpec const& spec) {
  require(!spec.host.empty() && spec.host.size() <= 253);
  require(std::ranges::none_of(spec.host, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '[' || c == ']' || c == '/';
  }));
  require(!spec.ports.empty());
  auto ports = spec.ports;
  std::ranges::sort(ports);
  require(ports.front() != 0);
  require(std::ranges::adjacent_find(ports) == ports.end());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const text(reinterpret_cast<char const*>(data), size);
  auto const arguments = lines_of(text);
  auto const specs = parse_probe_targets(arguments, service);
  if (!specs) {
    require(!specs.error().message.empty() && specs.error().message.size() < 400);
    return 0;
  }
  for (auto const& spec : *specs) check(spec);
  // What was taken is taken again, written out.
  std::vector<std::string> again;
  for (auto const& spec : *specs) {
    again.push_back("[" + spec.host + "]");
    for (auto const port : spec.ports) again.push_back(std::to_string(port));
  }
  auto const reread = parse_probe_targets(again, service);
  require(reread && *reread == *specs);
  return 0;
}
