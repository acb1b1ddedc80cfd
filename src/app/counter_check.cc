#include "app/counter_check.hh"

#include <algorithm>
#include <set>
#include <utility>

#include "capture/netns/discover.hh"
#include "capture/netns/enter.hh"

namespace lastack::app {
namespace {

using capture::netns::TcpCounters;
using track::NetnsCounts;

struct Row {
  std::string_view name;
  std::uint64_t TcpCounters::* kernel;
  std::uint64_t NetnsCounts::* seen;  // null: no event tells of these
  bool by_cause = false;              // what is counted is known by its cause
};

constexpr auto kRows = std::to_array<Row>({
    {"active_opens", &TcpCounters::active_opens, &NetnsCounts::active_opens},
    {"passive_opens", &TcpCounters::passive_opens, &NetnsCounts::passive_opens},
    {"mini_sockets", &TcpCounters::minis, &NetnsCounts::minis, true},
    {"time_wait_overflows", &TcpCounters::time_wait_overflows, &NetnsCounts::time_wait_overflows,
     true},
    {"listen_overflows", &TcpCounters::listen_overflows, nullptr},
    {"listen_drops", &TcpCounters::listen_drops, nullptr},
    {"syn_retransmits", &TcpCounters::syn_retransmits, nullptr},
});

std::uint64_t difference(std::uint64_t later, std::uint64_t earlier) {
  return later > earlier ? later - earlier : 0;
}

}  // namespace

CounterCheck::Readings CounterCheck::read_all() {
  Readings readings;
  auto const discovery = capture::netns::discover(capture::procfs::ProcFs());
  if (!discovery) return readings;
  for (auto const& ns : discovery->namespaces) {
    auto counters = [&]() -> base::Result<TcpCounters> {
      if (ns.own) return capture::netns::tcp_counters_here();
      auto const opened = capture::netns::open_namespace(ns);
      if (!opened) return std::unexpected(opened.error());
      return capture::netns::run_in(*opened, capture::netns::tcp_counters_here);
    }();
    if (counters) readings.emplace(ns.inode, *counters);  // others are not compared
  }
  return readings;
}

CounterCheck::Moment CounterCheck::note(track::LiveTable const& table, Readings first,
                                        Readings second) {
  Moment moment{std::move(first), std::move(second), {}};
  for (auto const& [inode, counters] : moment.second) {
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
  return both && at_end->second.netns_cookie == at_start->second.netns_cookie;
}

std::size_t CounterCheck::uncompared(track::LiveTable const& table, Moment const& end) const {
  std::set<std::uint64_t> active;
  for (auto const& netns : table.book().namespaces) {
    auto const inode = static_cast<std::uint32_t>(netns.inode);
    if (table.counts_of(inode) != NetnsCounts()) active.insert(inode);
  }
  for (auto const& [inode, counters] : end.second) {
    if (counters.active_opens + counters.passive_opens > 0) active.insert(inode);
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
      pair.kernel += difference(at_end->second.*row.kernel, start_.second.at(inode).*row.kernel);
      pair.uncertain += difference(start_.second.at(inode).*row.kernel, at_start.*row.kernel);
      pair.uncertain += difference(end.second.at(inode).*row.kernel, at_end->second.*row.kernel);
      if (row.seen == nullptr) continue;
      seen += difference(end.seen.at(inode).*row.seen, start_.seen.at(inode).*row.seen);
    }
    if (row.seen != nullptr) pair.seen = seen;
    pairs.push_back(pair);
  }
  return pairs;
}

}  // namespace lastack::app
