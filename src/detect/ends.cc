#include "detect/ends.hh"

#include <algorithm>
#include <array>
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

// In host order; nullopt: it is no IPv4 address.
std::optional<std::uint32_t> v4_of(Address const& address, Family family) {
  bool const mapped = family == Family::Inet6;
  if (mapped && !model::is_v4_mapped(address)) return std::nullopt;
  auto const* bytes = address.bytes.data() + (mapped ? 12 : 0);
  std::uint32_t word = 0;
  for (int i = 0; i < 4; ++i) word = (word << 8U) | bytes[i];
  return word;
}

struct Net {
  std::uint32_t base;
  std::uint32_t mask;
};
constexpr Net net(std::uint32_t first, std::uint32_t second, unsigned bits) {
  return {(first << 24U) | (second << 16U), ~std::uint32_t{0} << (32 - bits)};
}
constexpr std::array kPrivate{net(10, 0, 8), net(172, 16, 12), net(192, 168, 16), net(100, 64, 10)};
constexpr std::array kSpecial{net(0, 0, 8), net(127, 0, 8), net(169, 254, 16), net(224, 0, 3)};

bool is_in(std::uint32_t address, std::span<Net const> nets) {
  return std::ranges::any_of(nets,
                             [&](Net const& each) { return (address & each.mask) == each.base; });
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
  std::vector<bool> ports(65'536);  // most rows need not be hashed
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto const flow = mirrored(plain_flow(scene.row(rows[i])));
    ports[flow.local_port] = true;
    wanted.emplace(flow, i);
  }
  auto const& endpoints = scene.snapshot->endpoints;
  for (std::uint32_t index = 0; index < endpoints.size(); ++index) {
    auto const& other = endpoints[index];
    if (!ports[other.flow.local_port] || !has_peer(other)) continue;
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
