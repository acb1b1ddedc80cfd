#include "detect/peer_groups.hh"

#include <algorithm>
#include <utility>

#include "detect/ends.hh"
#include "detect/report.hh"

namespace lastack::detect {
namespace {

using By = PeerGroup::By;
using Key = PeerGroup::Key;
using model::SocketState;

constexpr std::size_t kMostNamed = 8;  // in one command

struct Keyed {
  Key key;
  std::uint32_t process = model::kNone;
  std::uint32_t row = 0;
};

Key port_key(model::Endpoint const& row) {
  return {.by = By::Port, .netns = row.netns, .port = row.flow.local_port};
}

Key peer_key(model::Endpoint const& row) {
  return {.by = By::Peer,
          .netns = row.netns,
          .port = row.flow.remote_port,
          .family = row.family,
          .address = row.flow.remote};
}

// How many different keys there are in `keyed`, a part of one process or one namespace.
template <typename Part>
std::size_t distinct_keys(Part const& part) {
  std::vector<Key> keys;
  keys.reserve(part.size());
  for (auto const& each : part) keys.push_back(each.key);
  std::ranges::sort(keys);
  auto const repeated = std::ranges::unique(keys);
  return keys.size() - repeated.size();
}

// Those opened here that share what `shared` tells get one key, where they would have too many.
template <typename Shared, typename NewKey>
void merge(std::vector<Keyed>& keyed, std::size_t most, Shared const& shared,
           NewKey const& new_key) {
  auto const order = [&](Keyed const& a, Keyed const& b) { return shared(a) < shared(b); };
  std::ranges::stable_sort(keyed, order);
  for (auto begin = keyed.begin(); begin != keyed.end();) {
    auto const end = std::upper_bound(begin, keyed.end(), *begin, order);
    auto const part = std::span(begin, end);
    bool const opened_here = begin->key.by != By::Port;
    if (opened_here && distinct_keys(part) > most) {
      for (auto& each : part) each.key = new_key(each);
    }
    begin = end;
  }
}

void merge_many(std::vector<Keyed>& keyed, PeerGroupLimits const& limits) {
  auto const incoming = [](Keyed const& each) { return each.key.by == By::Port; };
  merge(
      keyed, limits.peers_of_process,
      [&](Keyed const& each) { return std::pair(incoming(each), each.process); },
      [](Keyed const& each) {
        // Nobody knows whether those without a process are of one.
        return each.process == model::kNone
                   ? each.key
                   : Key{.by = By::Process, .netns = each.key.netns, .process = each.process};
      });
  merge(
      keyed, limits.groups_of_namespace,
      [&](Keyed const& each) { return std::pair(incoming(each), each.key.netns); },
      [](Keyed const& each) { return Key{.by = By::Namespace, .netns = each.key.netns}; });
}

std::vector<PeerGroup> gathered(std::vector<Keyed> const& keyed) {
  std::vector<PeerGroup> groups;
  groups.reserve(keyed.size());
  for (auto const& each : keyed) {
    if (groups.empty() || groups.back().key != each.key) groups.push_back({each.key, {}, {}});
    groups.back().rows.push_back(each.row);
    groups.back().processes.push_back(each.process);
  }
  for (auto& group : groups) {
    std::ranges::sort(group.processes);
    auto const repeated = std::ranges::unique(group.processes);
    group.processes.erase(repeated.begin(), repeated.end());
  }
  return groups;
}

}  // namespace

std::vector<PeerGroup> group_by_peer(Scene const& scene, Listeners const& listeners,
                                     std::span<std::uint32_t const> rows,
                                     PeerGroupLimits const& limits) {
  std::vector<Keyed> keyed;
  keyed.reserve(rows.size());
  for (auto const index : rows) {
    auto const& row = scene.row(index);
    auto const key = came_in(scene, listeners, index) ? port_key(row) : peer_key(row);
    keyed.push_back({key, scene.process_of(index), index});
  }
  merge_many(keyed, limits);
  std::ranges::stable_sort(keyed, {}, &Keyed::key);
  return gathered(keyed);
}

std::string group_subject(Scene const& scene, PeerGroup const& group) {
  auto const& row = scene.row(group.rows.front());
  auto const where = netns_suffix(scene, row);
  switch (group.key.by) {
    case By::Port: return "port " + number(group.key.port) + where;
    case By::Peer: return remote_text(row) + where;
    case By::Process: return "pid " + number(scene.snapshot->processes[group.key.process].pid);
    case By::Namespace: break;
  }
  return "peers" + where;
}

std::string group_filter(Scene const& scene, PeerGroup const& group) {
  auto const& row = scene.row(group.rows.front());
  auto const where = netns_filter(scene, row);
  switch (group.key.by) {
    case By::Port: return where + "sport = :" + number(group.key.port);
    case By::Peer: return where + "dst " + remote_text(row);
    case By::Process:
      return where + "pid = " + number(scene.snapshot->processes[group.key.process].pid);
    case By::Namespace: break;
  }
  return where + "state established";
}

model::Process const* only_process(Scene const& scene, PeerGroup const& group) {
  auto const& processes = scene.snapshot->processes;
  bool const one = group.processes.size() == 1 && group.processes.front() < processes.size();
  return one ? &processes[group.processes.front()] : nullptr;
}

std::string close_command(Scene const& scene, PeerGroup const& group) {
  if (group.rows.size() > kMostNamed) return "";
  std::string filter;
  for (auto const index : group.rows) {
    if (!filter.empty()) filter += " or ";
    filter += "cookie = " + number(scene.row(index).cookie);
  }
  return "lastack close --all '" + filter + "'";
}

Population::Population(Scene const& scene, Listeners const& listeners,
                       std::span<PeerGroup const> groups)
    : opened_(scene.snapshot->processes.size(), kNotAsked) {
  ports_.reserve(groups.size());
  for (auto const& group : groups) {
    if (group.key.by == By::Port) {
      ports_.emplace_back(group.key, 0);
      continue;
    }
    for (auto const process : group.processes) {
      if (process < opened_.size()) opened_[process] = 0;
    }
  }
  if (groups.empty()) return;
  std::ranges::sort(ports_);
  auto const& endpoints = scene.snapshot->endpoints;
  for (std::uint32_t index = 0; index < endpoints.size(); ++index) {
    auto const& row = endpoints[index];
    if (row.protocol != model::Protocol::Tcp || row.state != SocketState::Established) continue;
    auto const port = std::ranges::lower_bound(ports_, port_key(row), {},
                                               [](auto const& entry) { return entry.first; });
    if (port != ports_.end() && port->first == port_key(row)) ++port->second;
    auto const process = scene.process_of(index);
    if (process >= opened_.size() || opened_[process] == kNotAsked) continue;
    if (!came_in(scene, listeners, index)) ++opened_[process];
  }
}

std::size_t Population::of(PeerGroup const& group) const {
  if (group.key.by == By::Port) {
    auto const found = std::ranges::lower_bound(ports_, group.key, {},
                                                [](auto const& entry) { return entry.first; });
    return found == ports_.end() ? 0 : found->second;
  }
  std::size_t sum = 0;
  for (auto const process : group.processes) {
    if (process < opened_.size() && opened_[process] != kNotAsked) sum += opened_[process];
  }
  return sum;
}

}  // namespace lastack::detect
