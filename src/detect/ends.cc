#include "detect/ends.hh"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "detect/report.hh"

namespace lastack::detect {
namespace {

using model::Address;
using model::Family;

bool has_peer(model::Endpoint const& row) {
  return row.protocol == model::Protocol::Tcp && row.flow.remote_port != 0;
}

struct HashFlow {
  std::size_t operator()(model::Flow const& flow) const {
    auto const ports = (std::uint64_t{flow.local_port} << 16U) | flow.remote_port;
    return hash_of(flow.remote.bytes, hash_of(flow.local.bytes, ports));
  }
};

// An IPv6 socket may have an IPv4 peer: both ends have the same spelling afterwards.
Address plain(Address const& address, Family family) {
  return family == Family::Inet6 && model::is_v4_mapped(address) ? model::unmapped(address)
                                                                 : address;
}
model::Flow plain_flow(model::Endpoint const& row) {
  return {.local = plain(row.flow.local, row.family),
          .remote = plain(row.flow.remote, row.family),
          .local_port = row.flow.local_port,
          .remote_port = row.flow.remote_port};
}
model::Flow mirrored(model::Flow const& flow) {
  return {.local = flow.remote,
          .remote = flow.local,
          .local_port = flow.remote_port,
          .remote_port = flow.local_port};
}

bool belong_together(model::Endpoint const& one, model::Endpoint const& other) {
  return one.netns == other.netns || !is_loopback(one.flow.local, one.family);
}

std::optional<Address> v4_of(Address const& address, Family family) {
  if (family == Family::Inet) return address;
  if (model::is_v4_mapped(address)) return model::unmapped(address);
  return std::nullopt;
}

struct Net {
  std::uint8_t first;
  std::uint8_t second;
  unsigned bits;
};
constexpr auto kPrivate =
    std::to_array<Net>({{10, 0, 8}, {172, 16, 12}, {192, 168, 16}, {100, 64, 10}});
constexpr auto kSpecial = std::to_array<Net>({{0, 0, 8}, {127, 0, 8}, {169, 254, 16}, {224, 0, 3}});

bool is_in(Address const& address, std::span<Net const> nets) {
  return std::ranges::any_of(nets, [&](Net const& net) {
    Address base;
    base.bytes[0] = net.first;
    base.bytes[1] = net.second;
    return model::same_prefix(address, base, net.bits);
  });
}

}  // namespace

bool came_in(Scene const& scene, Listeners const& listeners, std::uint32_t index) {
  auto const side = scene.timing(index).opened_by;
  if (side != model::Side::Unknown) return side == model::Side::Remote;
  return !listeners.of(scene.row(index)).empty();
}

std::vector<std::uint32_t> other_ends(Scene const& scene, std::span<std::uint32_t const> rows) {
  std::vector<std::uint32_t> ends(rows.size(), model::kNone);
  std::unordered_multimap<model::Flow, std::size_t, HashFlow> wanted;
  wanted.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    wanted.emplace(mirrored(plain_flow(scene.row(rows[i]))), i);
  }
  auto const& endpoints = scene.snapshot->endpoints;
  for (std::uint32_t index = 0; index < endpoints.size(); ++index) {
    auto const& other = endpoints[index];
    if (!has_peer(other)) continue;
    auto const [begin, end] = wanted.equal_range(plain_flow(other));
    for (auto each = begin; each != end; ++each) {
      auto const& row = scene.row(rows[each->second]);
      if (rows[each->second] == index || !belong_together(row, other)) continue;
      auto& known = ends[each->second];
      if (known == model::kNone || other.netns == row.netns) known = index;
    }
  }
  return ends;
}

bool is_private_v4(Address const& address, Family family) {
  auto const v4 = v4_of(address, family);
  return v4 && is_in(*v4, kPrivate);
}

bool is_public_v4(Address const& address, Family family) {
  auto const v4 = v4_of(address, family);
  return v4 && !is_in(*v4, kPrivate) && !is_in(*v4, kSpecial);
}

}  // namespace lastack::detect
