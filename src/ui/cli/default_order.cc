#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

#include "base/text.hh"
#include "ui/cli/order.hh"

namespace lastack::ui {
namespace {

using model::Address;
using model::Endpoint;
using model::Family;

// What endpoints are sorted by, packed into two integers, most significant first:
//   high: process 24 | state 4 | protocol 1 | local port 16 | address is IPv6 1 | remote 18
//   low:  remote, continued 30 | index 32
// "remote" is 32 bits of address and 16 of port for IPv4, the first 48 bits for IPv6.
struct Key {
  std::uint64_t high;
  std::uint64_t low;
  [[nodiscard]] std::uint32_t index() const { return static_cast<std::uint32_t>(low); }
};

// Indexed by SocketState: listeners first, then the order of a connection's life.
constexpr std::array<std::uint8_t, model::kSocketStateCount> kStateRank{10, 0, 2, 3, 1,  4, 5,
                                                                        6,  7, 8, 9, 11, 12};

// Bytes of other scripts come after ASCII.
unsigned char lower(char c) {
  return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool before(model::Process const& a, model::Process const& b) {
  auto const order = std::lexicographical_compare_three_way(
      a.comm.begin(), a.comm.end(), b.comm.begin(), b.comm.end(),
      [](char x, char y) { return lower(x) <=> lower(y); });
  if (order != 0) return order < 0;
  return std::tie(a.comm, a.pid) < std::tie(b.comm, b.pid);
}

// The place of each process among all of them.
std::vector<std::uint32_t> rank_processes(model::Snapshot const& snapshot) {
  auto const& processes = snapshot.processes;
  std::vector<std::uint32_t> order(processes.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(
      order, [&](std::uint32_t a, std::uint32_t b) { return before(processes[a], processes[b]); });
  std::vector<std::uint32_t> ranks(processes.size());
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
  return ranks;
}

std::uint64_t leading(Address const& address, unsigned bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) value = value << 8U | address.bytes[i];
  return value;
}

class KeyMaker {
 public:
  explicit KeyMaker(model::Snapshot const& snapshot)
      : snapshot_(snapshot), ranks_(rank_processes(snapshot)) {}

  [[nodiscard]] Key key_of(std::uint32_t index) const {
    auto const& endpoint = snapshot_.endpoints[index];
    auto const& flow = endpoint.flow;
    bool const mapped = endpoint.family == Family::Inet6 && model::is_v4_mapped(flow.remote);
    bool const is_v6 = endpoint.family == Family::Inet6 && !mapped;
    auto const remote = is_v6 ? leading(flow.remote, 6)
                              : leading(mapped ? model::unmapped(flow.remote) : flow.remote, 4)
                                        << 16U |
                                    flow.remote_port;
    std::uint64_t high = process_rank(endpoint);
    high = high << 4U | kStateRank[static_cast<std::size_t>(endpoint.state)];
    high = high << 1U | static_cast<std::uint64_t>(endpoint.protocol);
    high = high << 16U | flow.local_port;
    high = high << 1U | static_cast<std::uint64_t>(is_v6);
    return {high << 18U | remote >> 30U, (remote & 0x3fff'ffffU) << 32U | index};
  }

 private:
  // At most 2^24 - 1, more than Linux has pids; the reasons come after every process.
  [[nodiscard]] std::uint64_t process_rank(Endpoint const& endpoint) const {
    auto const rank = endpoint.owner_count > 0
                          ? ranks_[snapshot_.owners[endpoint.owners_at].process]
                          : ranks_.size() + static_cast<std::size_t>(endpoint.no_owner);
    return std::min<std::uint64_t>(rank, 0xff'ffff);
  }

  model::Snapshot const& snapshot_;
  std::vector<std::uint32_t> ranks_;
};

// What the key had no room for; the cookie makes the order the same in every run.
bool before(Endpoint const& a, Endpoint const& b) {
  auto const rest = [](Endpoint const& endpoint) {
    auto const& flow = endpoint.flow;
    return std::tie(flow.remote, flow.remote_port, endpoint.family, flow.local, endpoint.netns,
                    endpoint.cookie);
  };
  return rest(a) < rest(b);
}

}  // namespace

Rows all_rows(model::Snapshot const& snapshot) {
  Rows rows(snapshot.endpoints.size());
  std::iota(rows.begin(), rows.end(), 0U);
  return rows;
}

void sort_by_default(model::Snapshot const& snapshot, Rows& rows) {
  KeyMaker const maker(snapshot);
  std::vector<Key> keys;
  keys.reserve(rows.size());
  for (auto const row : rows) keys.push_back(maker.key_of(row));
  std::ranges::sort(keys, [&](Key const& a, Key const& b) {
    if (a.high != b.high) return a.high < b.high;
    if (a.low >> 32U != b.low >> 32U) return a.low < b.low;
    return before(snapshot.endpoints[a.index()], snapshot.endpoints[b.index()]);
  });
  std::ranges::transform(keys, rows.begin(), &Key::index);
}

}  // namespace lastack::ui
