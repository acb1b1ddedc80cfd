#include "ui/cli/summary.hh"

#include <algorithm>
#include <tuple>

namespace lastack::ui {
namespace {

using model::Address;
using model::Endpoint;
using model::Family;

void count(Tally& tally, Endpoint const& endpoint) {
  ++tally.endpoints;
  ++tally.states[static_cast<std::size_t>(endpoint.state)];
}

// Keeps the largest; `before` orders equals, so that every run says the same.
template <typename Before>
void keep_top(Ranking& ranking, Before const& before) {
  auto& top = ranking.top;
  std::erase_if(top, [](Tally const& tally) { return tally.endpoints == 0; });
  auto const kept = std::min(top.size(), kSummaryTop);
  auto const middle = top.begin() + static_cast<std::ptrdiff_t>(kept);
  std::partial_sort(top.begin(), middle, top.end(), [&](Tally const& a, Tally const& b) {
    return a.endpoints != b.endpoints ? a.endpoints > b.endpoints : before(a, b);
  });
  ranking.more += top.size() - kept;
  top.resize(kept);
}

template <typename Before>
Ranking rank(std::vector<Tally> tallies, Before const& before) {
  Ranking ranking{.top = std::move(tallies)};
  keep_top(ranking, before);
  return ranking;
}

class ProcessTallies {
 public:
  explicit ProcessTallies(model::Snapshot const& snapshot)
      : snapshot_(snapshot), tallies_(snapshot.processes.size() + kReasons) {
    for (std::size_t i = 0; i < snapshot.processes.size(); ++i) {
      tallies_[i].process = &snapshot.processes[i];
    }
    for (std::size_t i = 0; i < kReasons; ++i) {
      tallies_[snapshot.processes.size() + i].no_owner = static_cast<model::NoOwner>(i);
    }
  }

  void add(Endpoint const& endpoint) {
    if (endpoint.owner_count == 0) {
      auto const reason = static_cast<std::size_t>(endpoint.no_owner);
      count(tallies_[snapshot_.processes.size() + reason], endpoint);
    }
    auto const owners = snapshot_.owners_of(endpoint);
    auto last = model::kNone;
    for (auto const& owner : owners) {  // those of one process stand together
      if (owner.process != last) count(tallies_[owner.process], endpoint);
      last = owner.process;
    }
  }

  [[nodiscard]] Ranking ranking() && {
    return rank(std::move(tallies_), [](Tally const& a, Tally const& b) {
      auto const pid = [](Tally const& tally) {
        return tally.process == nullptr ? model::kNone : tally.process->pid;
      };
      return std::tuple(pid(a), a.no_owner) < std::tuple(pid(b), b.no_owner);
    });
  }

 private:
  static constexpr std::size_t kReasons = static_cast<std::size_t>(model::NoOwner::NoProcess) + 1;

  model::Snapshot const& snapshot_;
  std::vector<Tally> tallies_;  // of each process, then of each reason
};

struct Peer {
  Address address;
  Family family = Family::Inet;
  model::SocketState state = model::SocketState::Closed;
  auto operator<=>(Peer const&) const = default;
};

// Sorting costs 18 bytes an endpoint; a hash table of a million peers would cost far more.
std::vector<Peer> peers_of(model::Snapshot const& snapshot, std::span<std::uint32_t const> rows) {
  std::vector<Peer> peers;
  peers.reserve(rows.size());
  for (auto const row : rows) {
    auto const& endpoint = snapshot.endpoints[row];
    auto const& remote = endpoint.flow.remote;
    if (model::is_unspecified(remote)) continue;
    bool const mapped = endpoint.family == Family::Inet6 && model::is_v4_mapped(remote);
    if (mapped && model::is_unspecified(model::unmapped(remote))) continue;
    peers.push_back({mapped ? model::unmapped(remote) : remote,
                     mapped ? Family::Inet : endpoint.family, endpoint.state});
  }
  std::ranges::sort(peers);
  return peers;
}

Tally tally_of(std::span<Peer const> same) {
  Tally tally{.address = same.front().address, .family = same.front().family};
  tally.endpoints = same.size();
  for (auto const& peer : same) ++tally.states[static_cast<std::size_t>(peer.state)];
  return tally;
}

bool before_by_address(Tally const& a, Tally const& b) {
  return std::tie(a.family, a.address) < std::tie(b.family, b.address);
}

// `peers` is sorted: each address is met once, so that the small ones can go early.
constexpr std::size_t kPeersAtOnce = 64 * kSummaryTop;
Ranking rank_remotes(std::span<Peer const> peers) {
  Ranking ranking;
  while (!peers.empty()) {
    auto const& first = peers.front();
    auto const end = std::ranges::find_if(peers, [&](Peer const& peer) {
      return peer.address != first.address || peer.family != first.family;
    });
    auto const same = peers.first(static_cast<std::size_t>(end - peers.begin()));
    peers = peers.subspan(same.size());
    ranking.top.push_back(tally_of(same));
    if (ranking.top.size() >= kPeersAtOnce) keep_top(ranking, before_by_address);
  }
  keep_top(ranking, before_by_address);
  return ranking;
}

Ranking rank_namespaces(model::Snapshot const& snapshot, std::span<std::uint32_t const> rows) {
  std::vector<Tally> tallies(snapshot.namespaces.size());
  for (std::size_t i = 0; i < tallies.size(); ++i) tallies[i].netns = &snapshot.namespaces[i];
  for (auto const row : rows) {
    auto const& endpoint = snapshot.endpoints[row];
    if (endpoint.netns < tallies.size()) count(tallies[endpoint.netns], endpoint);
  }
  return rank(std::move(tallies),
              [](Tally const& a, Tally const& b) { return a.netns->inode < b.netns->inode; });
}

}  // namespace

Summary summarize(model::Snapshot const& snapshot, std::span<std::uint32_t const> rows) {
  Summary summary{.endpoints = rows.size()};
  ProcessTallies processes(snapshot);
  for (auto const row : rows) {
    auto const& endpoint = snapshot.endpoints[row];
    auto& states = summary.by_state[static_cast<std::size_t>(endpoint.protocol)];
    ++states[static_cast<std::size_t>(endpoint.state)];
    processes.add(endpoint);
  }
  summary.processes = std::move(processes).ranking();
  summary.remotes = rank_remotes(peers_of(snapshot, rows));
  summary.namespaces = rank_namespaces(snapshot, rows);
  return summary;
}

}  // namespace lastack::ui
