#include "explain/other_end.hh"

#include <cstring>
#include <functional>

namespace lastack::explain {
namespace {

using model::Address;
using model::Endpoint;
using model::Family;
using model::SocketState;

// IPv4 and v4-mapped IPv6 are the same address to a peer.
Address comparable(Address const& address, Family family) {
  bool const mapped = family == Family::Inet6 && model::is_v4_mapped(address);
  return mapped ? model::unmapped(address) : address;
}
bool is_v4(Endpoint const& endpoint) {
  return endpoint.family == Family::Inet || model::is_v4_mapped(endpoint.flow.local);
}

std::uint64_t hash_of(Address const& a, std::uint16_t a_port, Address const& b,
                      std::uint16_t b_port) {
  std::hash<std::string_view> const hash;
  auto const text = [](Address const& address) {
    return std::string_view(reinterpret_cast<char const*>(address.bytes.data()),
                            address.bytes.size());
  };
  auto const ports = (static_cast<std::uint64_t>(a_port) << 16U) | b_port;
  constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15U;
  return hash(text(a)) * kMix + hash(text(b)) + ports * kMix;
}

bool has_peer(Endpoint const& endpoint) { return endpoint.flow.remote_port != 0; }

bool is_same(Endpoint const& a, Address const& local, std::uint16_t port) {
  return a.flow.local_port == port && comparable(a.flow.local, a.family) == local;
}

}  // namespace

OtherEnds::OtherEnds(model::Snapshot const& snapshot) : snapshot_(&snapshot) {
  for (std::uint32_t i = 0; i < snapshot.endpoints.size(); ++i) {
    auto const& endpoint = snapshot.endpoints[i];
    if (endpoint.state == SocketState::Listen) {
      listeners_.emplace(endpoint.flow.local_port, i);
    } else if (has_peer(endpoint)) {
      auto const& flow = endpoint.flow;
      by_flow_.emplace(hash_of(comparable(flow.local, endpoint.family), flow.local_port,
                               comparable(flow.remote, endpoint.family), flow.remote_port),
                       i);
    }
  }
}

Endpoint const* OtherEnds::of(Endpoint const& endpoint) const {
  if (!has_peer(endpoint)) return nullptr;
  auto const local = comparable(endpoint.flow.local, endpoint.family);
  auto const remote = comparable(endpoint.flow.remote, endpoint.family);
  Endpoint const* elsewhere = nullptr;
  auto const [begin, end] = by_flow_.equal_range(
      hash_of(remote, endpoint.flow.remote_port, local, endpoint.flow.local_port));
  for (auto at = begin; at != end; ++at) {
    auto const& other = snapshot_->endpoints[at->second];
    bool const mirrored = other.protocol == endpoint.protocol && &other != &endpoint &&
                          is_same(other, remote, endpoint.flow.remote_port) &&
                          other.flow.remote_port == endpoint.flow.local_port &&
                          comparable(other.flow.remote, other.family) == local;
    if (!mirrored) continue;
    if (other.netns == endpoint.netns) return &other;
    elsewhere = &other;
  }
  // 127.0.0.1 of another namespace is another place.
  bool const loopback = is_v4(endpoint)
                            ? local.bytes[0] == 127
                            : local == Address{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  return loopback ? nullptr : elsewhere;
}

Endpoint const* OtherEnds::listener_of(Endpoint const& endpoint) const {
  auto const [begin, end] = listeners_.equal_range(endpoint.flow.local_port);
  for (auto at = begin; at != end; ++at) {
    auto const& listener = snapshot_->endpoints[at->second];
    if (listener.netns != endpoint.netns) continue;
    bool const any = model::is_unspecified(listener.flow.local);
    auto const local = comparable(endpoint.flow.local, endpoint.family);
    if (any || comparable(listener.flow.local, listener.family) == local) return &listener;
  }
  return nullptr;
}

}  // namespace lastack::explain
