// A number for a flow in a namespace. Two flows may share one: compare the flows, too.
#pragma once

#include <cstdint>
#include <cstring>

#include "model/address.hh"

namespace lastack::track {

[[nodiscard]] inline std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9fb21c651e98df25ULL;
  return hash ^ (hash >> 29U);
}

// The same for both ends of a connection between an IPv4 and an IPv6 socket of this machine, one
// of which has IPv4-mapped addresses.
[[nodiscard]] inline model::Flow plain(model::Flow const& flow) {
  if (!model::is_v4_mapped(flow.remote)) return flow;
  return {model::unmapped(flow.local), model::unmapped(flow.remote), flow.local_port,
          flow.remote_port};
}

[[nodiscard]] inline model::Flow reversed(model::Flow const& flow) {
  return {flow.remote, flow.local, flow.remote_port, flow.local_port};
}

// Of a plain() flow. Never 0.
[[nodiscard]] inline std::uint64_t flow_key(model::Flow const& flow, std::uint64_t netns) {
  std::uint64_t words[4];
  std::memcpy(words, flow.local.bytes.data(), 16);
  std::memcpy(words + 2, flow.remote.bytes.data(), 16);
  auto hash = mix(mix(1, netns), (std::uint64_t{flow.local_port} << 16U) | flow.remote_port);
  for (auto const word : words) hash = mix(hash, word);
  return hash == 0 ? 1 : hash;
}

}  // namespace lastack::track
