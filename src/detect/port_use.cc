#include "detect/port_use.hh"

#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <cstring>
#include <unordered_map>

#include "detect/report.hh"

namespace lastack::detect {

using model::Address;
using model::Family;
using model::SocketState;
using model::TcpSetting;

namespace {

constexpr double kTimeWaitS = 60;  // TCP_TIMEWAIT_LEN
constexpr double kRateOverS = 5;

// One spelling of an address: IPv4 through an IPv6 socket takes IPv4's ports.
Address plain(Address const& address, Family family) {
  bool const mapped = family == Family::Inet6 && model::is_v4_mapped(address);
  return mapped ? model::unmapped(address) : address;
}
Family plain(Family family, Address const& address) {
  bool const mapped = family == Family::Inet6 && model::is_v4_mapped(address);
  return mapped ? Family::Inet : family;
}

struct Tuple {
  Address from;
  Destination to;  // `netns` is the index
  bool operator==(Tuple const&) const = default;
};
struct Source {
  Address from;
  std::uint32_t netns = 0;
  bool operator==(Source const&) const = default;
};

std::uint64_t words_of(Address const& address) {
  std::array<std::uint64_t, 2> words{};
  std::memcpy(words.data(), address.bytes.data(), sizeof words);
  return words[0] + words[1] * 0x9e3779b97f4a7c15U;
}

struct HashTuple {
  std::size_t operator()(Tuple const& key) const {
    return mix(mix(words_of(key.from) + key.to.port) ^ words_of(key.to.address) ^ key.to.netns);
  }
  std::size_t operator()(Source const& key) const { return mix(words_of(key.from) ^ key.netns); }
};

Tuple tuple_of(model::Endpoint const& row) {
  auto const& flow = row.flow;
  return {plain(flow.local, row.family),
          {plain(flow.remote, row.family), row.netns, flow.remote_port,
           plain(row.family, flow.remote)}};
}
Source source_of(model::Endpoint const& row) {
  return {plain(row.flow.local, row.family), row.netns};
}

std::uint32_t overlap(PortSupply const& supply, std::uint32_t first, std::uint32_t last) {
  auto const from = std::max(supply.first, first);
  auto const to = std::min(supply.last, last);
  return from > to ? 0 : to - from + 1;
}

PortSupply range_of(NamespaceFacts const& facts) {
  PortSupply supply;
  supply.first = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(65535, facts.settings.get(TcpSetting::PortRangeFirst)));
  supply.last = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(65535, facts.settings.get(TcpSetting::PortRangeLast)));
  for (auto const& [first, last] : facts.reserved_ports) {
    supply.reserved += overlap(supply, first, last);
  }
  return supply;
}

bool is_bound_only(model::Endpoint const& row) {
  return row.protocol == model::Protocol::Tcp &&
         (row.state == SocketState::Listen || row.state == SocketState::BoundInactive);
}

// Namespace and port of sockets that keep connect() off a port, whatever the destination.
std::vector<std::pair<std::uint32_t, std::uint16_t>> bound_ports(
    Scene const& scene, std::vector<PortSupply> const& supplies) {
  std::vector<std::pair<std::uint32_t, std::uint16_t>> ports;
  for (auto const& row : scene.snapshot->endpoints) {
    bool const counts = is_bound_only(row) && row.netns < supplies.size() &&
                        supplies[row.netns].has(row.flow.local_port);
    if (counts) ports.emplace_back(row.netns, row.flow.local_port);
  }
  std::ranges::sort(ports);
  auto const rest = std::ranges::unique(ports);
  ports.erase(rest.begin(), rest.end());
  return ports;
}

// More than half of the rows go to one destination: what connect() chose for it looks like bind()
// once its first choices are used up (Boyer and Moore's majority vote).
bool go_to_one_place(Scene const& scene, std::vector<std::uint32_t> const& rows) {
  auto const tuple_at = [&](std::uint32_t index) { return tuple_of(scene.row(index)); };
  Tuple candidate;
  std::size_t votes = 0;
  for (auto const index : rows) {
    auto const tuple = tuple_at(index);
    if (votes == 0) candidate = tuple;
    votes = tuple == candidate ? votes + 1 : votes - 1;
  }
  auto const count = std::ranges::count(rows, candidate, tuple_at);
  return static_cast<std::size_t>(count) * 2 > rows.size();
}

bool is_loopback_row(model::Endpoint const& row) {
  return is_loopback(row.flow.remote, row.family) || is_loopback(row.flow.local, row.family);
}

}  // namespace

TimeWaitReuse time_wait_reuse(model::TcpSettings const& settings) {
  if (settings.get(TcpSetting::Timestamps) == 0) return {};
  auto const delay_s = static_cast<double>(settings.get(TcpSetting::TimeWaitReuseDelayMs)) * 1e-3;
  switch (settings.get(TcpSetting::TimeWaitReuse)) {
    case 1: return {TimeWaitReuse::Where::Everywhere, delay_s};
    case 2: return {TimeWaitReuse::Where::Loopback, delay_s};
    default: return {};
  }
}

PortUses::PortUses(Scene const& scene) : scene_(scene) {
  auto const count = scene.snapshot->namespaces.size();
  supplies_.reserve(count);
  reuses_.reserve(count);
  NamespaceFacts const usual;
  for (std::size_t i = 0; i < count; ++i) {
    auto const& facts = i < scene.namespaces.size() ? scene.namespaces[i] : usual;
    supplies_.push_back(range_of(facts));
    reuses_.push_back(time_wait_reuse(facts.settings));
  }
  for (auto const& [netns, port] : bound_ports(scene, supplies_)) ++supplies_[netns].bound;
  for (auto& supply : supplies_) {
    // Of a range of odd length, the last port is never taken.
    auto const size = supply.last < supply.first ? 0 : (supply.last - supply.first + 1) & ~1U;
    auto const missing = supply.reserved + supply.bound;
    supply.ports = size > missing ? size - missing : 0;
  }
  note_takers();
}

bool PortUses::takes_port(std::uint32_t index) const {
  auto const& row = scene_.row(index);
  if (row.protocol != model::Protocol::Tcp || row.netns >= supplies_.size()) return false;
  if (!supplies_[row.netns].has(row.flow.local_port) || row.flow.remote_port == 0) return false;
  if (is_bound_only(row) || row.state == SocketState::SynReceived) return false;
  return scene_.timing(index).opened_by != model::Side::Remote;
}

// The timer is of the last dump; when it entered the state is better known.
double PortUses::time_wait_age_s(std::uint32_t index) const {
  if (auto const age = scene_.age_ns(index)) return static_cast<double>(*age) * 1e-9;
  auto const& row = scene_.row(index);
  if (row.timer != model::TimerKind::TimeWait) return 0;
  return std::max(0.0, kTimeWaitS - row.timer_ms * 1e-3);
}

bool PortUses::may_be_reused(std::uint32_t index) const {
  auto const& row = scene_.row(index);
  if (row.state != SocketState::TimeWait) return false;
  auto const& reuse = reuses_[row.netns];
  if (reuse.where == TimeWaitReuse::Where::Nowhere) return false;
  return reuse.where == TimeWaitReuse::Where::Everywhere || is_loopback_row(row);
}

bool PortUses::blocks(std::uint32_t index) const {
  return !may_be_reused(index) ||
         time_wait_age_s(index) <= reuses_[scene_.row(index).netns].delay_s;
}

// Rows are counted by a hash first: only what could be much is looked at closely.
void PortUses::note_takers() {
  auto const count = static_cast<std::uint32_t>(scene_.snapshot->endpoints.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!takes_port(i)) continue;
    auto const& row = scene_.row(i);
    Taker const taker{i, static_cast<std::uint16_t>(HashTuple()(tuple_of(row)) % kBuckets),
                      static_cast<std::uint16_t>(HashTuple()(source_of(row)) % kBuckets)};
    takers_.push_back(taker);
    if (blocks(i)) ++by_tuple_[taker.tuple];
    ++by_source_[taker.source];
  }
}

bool PortUses::is_much(std::uint32_t netns, std::size_t used, double least) const {
  return used > 0 && static_cast<double>(used) >= least * supplies_[netns].ports;
}

std::vector<PortUse> PortUses::destinations(double least) const {
  std::unordered_map<Tuple, PortUse, HashTuple> uses;
  for (auto const& taker : takers_) {
    auto const& row = scene_.row(taker.row);
    if (!is_much(row.netns, by_tuple_[taker.tuple], least)) continue;
    auto& use = uses[tuple_of(row)];
    use.netns = row.netns;
    use.reuse = use.reuse || may_be_reused(taker.row);
    if (!blocks(taker.row)) {
      ++use.reusable;
      continue;
    }
    use.rows.push_back(taker.row);
    if (row.state == SocketState::TimeWait) ++use.time_wait;
  }
  std::vector<PortUse> found;
  found.reserve(uses.size());
  for (auto& [tuple, use] : uses) {
    if (!is_much(use.netns, use.rows.size(), least)) continue;
    use.from = tuple.from;
    use.to = scene_.destination_of(scene_.row(use.rows.front()));
    use.family = tuple.to.family;
    found.push_back(std::move(use));
  }
  std::ranges::sort(found, [](PortUse const& a, PortUse const& b) {
    if (a.rows.size() != b.rows.size()) return a.rows.size() > b.rows.size();
    return a.rows.front() < b.rows.front();
  });
  return found;
}

// connect() shares ports between destinations, and seldom needs those of its second choice.
bool PortUses::is_by_bind(BoundUse const& use, double least) const {
  bool const once = static_cast<double>(use.rows.size()) <= 1.1 * use.ports;
  bool const others = use.second_choice >= least * supplies_[use.netns].ports / 2;
  return is_much(use.netns, use.ports, least) && once && others &&
         !go_to_one_place(scene_, use.rows);
}

std::vector<BoundUse> PortUses::sources(double least) const {
  std::unordered_map<Source, BoundUse, HashTuple> uses;
  std::unordered_map<Source, std::bitset<65536>, HashTuple> seen;
  for (auto const& taker : takers_) {
    auto const& row = scene_.row(taker.row);
    if (!is_much(row.netns, by_source_[taker.source], least)) continue;
    auto const source = source_of(row);
    auto& use = uses[source];
    use.from = source.from;
    use.family = plain(row.family, row.flow.local);
    use.netns = row.netns;
    use.rows.push_back(taker.row);
    auto& ports = seen[source];
    if (ports[row.flow.local_port]) continue;
    ports.set(row.flow.local_port);
    ++use.ports;
    if (!supplies_[row.netns].is_first_choice(row.flow.local_port)) ++use.second_choice;
  }
  std::vector<BoundUse> found;
  for (auto& [source, use] : uses) {
    if (is_by_bind(use, least)) found.push_back(std::move(use));
  }
  std::ranges::sort(
      found, [](BoundUse const& a, BoundUse const& b) { return a.rows.front() < b.rows.front(); });
  return found;
}

std::optional<double> PortUses::rate(PortUse const& use) const {
  if (scene_.history == nullptr || scene_.timings.empty()) return std::nullopt;
  auto const watched_ns = scene_.now_ns - std::min(scene_.now_ns, scene_.history->started_ns());
  auto const over_s = std::min(kRateOverS, static_cast<double>(watched_ns) * 1e-9);
  if (over_s < 1) return std::nullopt;
  auto const from_ns = scene_.now_ns - static_cast<std::uint64_t>(over_s * 1e9);
  auto const born = std::ranges::count_if(
      use.rows, [&](std::uint32_t const index) { return scene_.timing(index).born_ns >= from_ns; });
  return static_cast<double>(born) / over_s;
}

// TIME_WAIT is the only thing whose end is known beforehand; so where other states prevail, nothing
// is said. What is opened from now on blocks its port for longer than is looked ahead.
std::optional<double> PortUses::seconds_left(PortUse const& use) const {
  auto const opened = rate(use);
  if (!opened || use.reuse || 2 * std::size_t{use.time_wait} < use.rows.size()) return std::nullopt;
  std::array<std::uint32_t, static_cast<std::size_t>(kTimeWaitS) + 1> freed{};
  for (auto const index : use.rows) {
    if (scene_.row(index).state != SocketState::TimeWait) continue;
    auto const rest = std::clamp(kTimeWaitS - time_wait_age_s(index), 0.0, kTimeWaitS);
    ++freed.at(static_cast<std::size_t>(rest));
  }
  auto used = static_cast<double>(use.rows.size());
  double const ports = supplies_[use.netns].ports;
  for (std::size_t second = 0; second < freed.size(); ++second) {
    used += *opened - freed.at(second);
    if (used >= ports) return static_cast<double>(second + 1);
  }
  return std::nullopt;
}

}  // namespace lastack::detect
