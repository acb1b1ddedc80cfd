#include "app/counter_check.hh"

#include <algorithm>
#include <set>
#include <utility>

#include "capture/netns/discover.hh"
#include "capture/netns/enter.hh"
#include "capture/netns/tcp_counters.hh"

namespace lastack::app {
namespace {

using model::TcpCounter;
using track::NetnsCounts;

struct Row {
  std::string_view name;
  TcpCounter kernel;
  std::uint64_t NetnsCounts::* seen;          // null: no event tells of these
  bool by_cause = false;                      // what is counted is known by its cause
  std::optional<TcpCounter> and_kernel = {};  // counts the rest

  [[nodiscard]] std::uint64_t of(model::TcpCounters const& counters) const {
    return counters.get(kernel) + (and_kernel ? counters.get(*and_kernel) : 0);
  }
};

constexpr auto kRows = std::to_array<Row>({
    {"active_opens", TcpCounter::ActiveOpens, &NetnsCounts::active_opens},
    {"passive_opens", TcpCounter::PassiveOpens, &NetnsCounts::passive_opens},
    {"mini_sockets", TcpCounter::TimeWaits, &NetnsCounts::minis, true, TcpCounter::TimeWaitsKilled},
    {"time_wait_overflows", TcpCounter::TimeWaitOverflow, &NetnsCounts::time_wait_overflows, true},
    {"listen_overflows", TcpCounter::ListenOverflows, nullptr},
    {"listen_drops", TcpCounter::ListenDrops, nullptr},
    {"syn_retransmits", TcpCounter::SynRetrans, nullptr},
});

// Of the namespace that the calling thread is in.
base::Result<NetnsReading> reading_here() {
  auto const counters = capture::netns::tcp_counters_here();
  if (!counters) return std::unexpected(counters.error());
  return NetnsReading{capture::netns::netns_cookie_here(), *counters};
}

std::uint64_t difference(std::uint64_t later, std::uint64_t earlier) {
  return later > earlier ? later - earlier : 0;
}

}  // namespace

CounterCheck::Readings CounterCheck::read_all() {
  Readings readings;
  auto const discovery = capture::netns::discover(capture::procfs::ProcFs());
  if (!discovery) return readings;
  for (auto const& ns : discovery->namespaces) {
    auto reading = [&]() -> base::Result<NetnsReading> {
      if (ns.own) return reading_here();
      auto const opened = capture::netns::open_namespace(ns);
      if (!opened) return std::unexpected(opened.error());
      return capture::netns::run_in(*opened, reading_here);
    }();
    if (reading) readings.emplace(ns.inode, *reading);  // others are not compared
  }
  return readings;
}

CounterCheck::Moment CounterCheck::note(track::LiveTable const& table, Readings first,
                                        Readings second) {
  Moment moment{std::move(first), std::move(second), {}};
  for (auto const& [inode, reading] : moment.second) {
    moment.seen.emplace(inode, table.counts_of(static_cast<std::uint32_t>(inode)));
  }
  return moment;
}

bool CounterCheck::is_compared(std::uint64_t inode, Moment const& end) const {
  auto const at_start = start_.first.find(inode);
  auto const at_end = end.first.find(inode);
  bool const both = at_start != start_.first.end() && at_end != end.first.end() &&
                    start_.second.contains(inode) && end.second.contains(inode);
  // its inode may be another namespace's by now
  return both && at_end->second.cookie == at_start->second.cookie;
}

std::size_t CounterCheck::uncompared(track::LiveTable const& table, Moment const& end) const {
  std::set<std::uint64_t> active;
  for (auto const& netns : table.book().namespaces) {
    auto const inode = static_cast<std::uint32_t>(netns.inode);
    if (table.counts_of(inode) != NetnsCounts()) active.insert(inode);
  }
  for (auto const& [inode, reading] : end.second) {
    bool const opened = reading.counters.get(TcpCounter::ActiveOpens) +
                            reading.counters.get(TcpCounter::PassiveOpens) >
                        0;
    if (opened) active.insert(inode);
  }
  return static_cast<std::size_t>(
      std::ranges::count_if(active, [&](std::uint64_t inode) { return !is_compared(inode, end); }));
}

std::vector<CounterPair> CounterCheck::compare(Moment const& end, std::uint64_t skipped) const {
  std::vector<CounterPair> pairs;
  for (auto const& row : kRows) {
    CounterPair pair{.name = row.name, .uncertain = row.by_cause ? skipped : 0};
    std::uint64_t seen = 0;
    for (auto const& [inode, at_start] : start_.first) {
      if (!is_compared(inode, end)) continue;
      auto const at_end = end.first.find(inode);
      pair.kernel +=
          difference(row.of(at_end->second.counters), row.of(start_.second.at(inode).counters));
      pair.uncertain +=
          difference(row.of(start_.second.at(inode).counters), row.of(at_start.counters));
      pair.uncertain +=
          difference(row.of(end.second.at(inode).counters), row.of(at_end->second.counters));
      if (row.seen == nullptr) continue;
      seen += difference(end.seen.at(inode).*row.seen, start_.seen.at(inode).*row.seen);
    }
    if (row.seen != nullptr) pair.seen = seen;
    pairs.push_back(pair);
  }
  return pairs;
}

}  // namespace lastack::app
