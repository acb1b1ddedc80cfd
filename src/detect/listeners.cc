#include "detect/listeners.hh"

#include <algorithm>

#include "detect/report.hh"

namespace lastack::detect {

using model::Address;
using model::Family;

Listeners::Key Listeners::key_of(model::Endpoint const& listener) {
  return {listener.netns, listener.flow.local_port, listener.family, listener.flow.local};
}

Listeners::Listeners(Scene const& scene) : snapshot_(*scene.snapshot) {
  auto const& endpoints = snapshot_.endpoints;
  for (std::uint32_t index = 0; index < endpoints.size(); ++index) {
    auto const& row = endpoints[index];
    bool const listens =
        row.protocol == model::Protocol::Tcp && row.state == model::SocketState::Listen;
    if (listens) rows_.push_back(index);
  }
  std::ranges::stable_sort(rows_, {}, [&](std::uint32_t row) { return key_of(endpoints[row]); });
}

std::span<std::uint32_t const> Listeners::at(Key const& key) const {
  auto const found = std::ranges::equal_range(
      rows_, key, {}, [&](std::uint32_t row) { return key_of(snapshot_.endpoints[row]); });
  return {found.begin(), found.end()};
}

// The kernel prefers the listener of just that address; one of every IPv6 address also takes IPv4
// unless it is said to be IPv6 only (kernel: compute_score()).
std::span<std::uint32_t const> Listeners::of(model::Endpoint const& endpoint) const {
  auto const& local = endpoint.flow.local;
  bool const plain_v4 = endpoint.family == Family::Inet;
  bool const v4 = plain_v4 || model::is_v4_mapped(local);
  auto const v4_local = plain_v4 ? local : model::unmapped(local);
  Key key{endpoint.netns, endpoint.flow.local_port, endpoint.family, local};
  auto const try_at = [&](Family family, Address const& address) {
    key.family = family;
    key.address = address;
    return at(key);
  };
  if (auto const found = try_at(endpoint.family, local); !found.empty()) return found;
  if (v4) {
    if (auto const found = try_at(Family::Inet, v4_local); !found.empty()) return found;
    if (auto const found = try_at(Family::Inet, Address()); !found.empty()) return found;
  }
  auto const found = try_at(Family::Inet6, Address());
  bool const refuses = v4 && !found.empty() && snapshot_.endpoints[found.front()].v6_only;
  return refuses ? std::span<std::uint32_t const>() : found;
}

std::string listener_subject(Scene const& scene, model::Endpoint const& listener) {
  return local_text(listener) + netns_suffix(scene, listener);
}

}  // namespace lastack::detect
