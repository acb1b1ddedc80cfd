// What to probe, as people write it: HOST:PORTS, [V6]:PORTS, or HOST followed by PORTS.
// PORTS is a list of numbers, ranges and service names: 22,80,8000-8010,ssh. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hh"

namespace lastack::act {

struct ProbeSpec {
  std::string host;                  // without brackets; may have a zone: fe80::1%eth0
  std::vector<std::uint16_t> ports;  // each once, in the order they were asked for
  bool operator==(ProbeSpec const&) const = default;
};

using ServiceLookup = std::function<std::optional<std::uint16_t>(std::string_view name)>;

// Error: one line that names the argument and says what is wrong with it. The argument stands in
// it as it came.
[[nodiscard]] base::Result<std::vector<ProbeSpec>> parse_probe_targets(
    std::span<std::string const> arguments, ServiceLookup const& services);

}  // namespace lastack::act
