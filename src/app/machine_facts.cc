#include "app/machine_facts.hh"

#include <algorithm>
#include <utility>

#include "capture/netns/discover.hh"
#include "capture/netns/enter.hh"
#include "capture/netns/port_ranges.hh"
#include "capture/netns/tcp_counters.hh"
#include "capture/netns/tcp_settings.hh"
#include "capture/procfs/open_files.hh"
#include "capture/procfs/tcp_memory.hh"

namespace lastack::app {
namespace {

namespace netns = capture::netns;

// Of the namespace that the calling thread is in.
detect::NamespaceFacts facts_here() {
  detect::NamespaceFacts facts;
  facts.settings = netns::tcp_settings_here();
  if (auto ports = netns::reserved_ports_here()) facts.reserved_ports = std::move(*ports);
  if (auto counters = netns::tcp_counters_here()) facts.counters = *counters;
  return facts;
}

std::optional<detect::NamespaceFacts> facts_of(netns::Namespace const& found) {
  if (found.own) return facts_here();
  auto const descriptor = netns::open_namespace(found);
  if (!descriptor) return std::nullopt;
  auto facts = netns::run_in(*descriptor, [] { return facts_here(); });
  if (!facts) return std::nullopt;
  return std::move(*facts);
}

// Inodes of the namespaces that have rows, those with most first.
std::vector<std::uint64_t> namespaces_with_rows(model::Snapshot const& snapshot) {
  std::vector<std::pair<std::size_t, std::uint64_t>> counts;
  counts.reserve(snapshot.namespaces.size());
  for (auto const& each : snapshot.namespaces) counts.emplace_back(0, each.inode);
  for (auto const& row : snapshot.endpoints) {
    if (row.netns < counts.size()) ++counts[row.netns].first;
  }
  std::ranges::sort(counts, std::ranges::greater());
  std::vector<std::uint64_t> inodes;
  inodes.reserve(counts.size());
  for (auto const& [count, inode] : counts) {
    if (count > 0) inodes.push_back(inode);
  }
  return inodes;
}

}  // namespace

void MachineFacts::note(Known& known, std::uint64_t now_ns) {
  if (!known.facts.counters) return;
  auto const& counters = *known.facts.counters;
  if (known.next_ns == 0) {
    known.next = counters;
    known.next_ns = now_ns;
  }
  if (known.facts.earlier_ns == 0) {
    known.facts.earlier = counters;
    known.facts.earlier_ns = now_ns;
  } else if (now_ns >= known.next_ns + kCompared) {
    known.facts.earlier = std::exchange(known.next, counters);
    known.facts.earlier_ns = std::exchange(known.next_ns, now_ns);
  }
}

void MachineFacts::read_namespaces(std::vector<std::uint64_t> const& inodes, std::uint64_t now_ns) {
  std::erase_if(known_, [&](auto const& each) {
    return std::ranges::find(inodes, each.first) == inodes.end();
  });
  auto const discovery = netns::discover(fs_);
  if (!discovery) return;
  auto wanted = std::span(inodes).first(std::min(inodes.size(), kMostNamespaces));
  for (auto const& found : discovery->namespaces) {
    if (std::ranges::find(wanted, found.inode) == wanted.end()) continue;
    auto facts = facts_of(found);
    if (!facts) continue;
    auto& known = known_[found.inode];
    facts->inode = found.inode;
    facts->earlier = known.facts.earlier;
    facts->earlier_ns = known.facts.earlier_ns;
    known.facts = std::move(*facts);
    note(known, now_ns);
  }
}

void MachineFacts::read_processes(model::Snapshot const& snapshot) {
  std::vector<std::pair<std::size_t, std::uint32_t>> counts;
  counts.reserve(snapshot.processes.size());
  for (std::uint32_t i = 0; i < snapshot.processes.size(); ++i) counts.emplace_back(0, i);
  for (auto const& owner : snapshot.owners) {
    if (owner.process < counts.size()) ++counts[owner.process].first;
  }
  processes_.assign(snapshot.processes.size(), {});
  std::ranges::sort(counts, std::ranges::greater());
  for (auto const& [count, index] :
       std::span(counts).first(std::min(counts.size(), kMostProcesses))) {
    if (count < kManySockets) break;
    auto const files = capture::procfs::read_open_files(fs_, snapshot.processes[index].pid);
    processes_[index] = {.open_files = files.count,
                         .file_limit = files.limits.soft,
                         .hard_file_limit = files.limits.hard};
  }
}

void MachineFacts::read(model::Snapshot const& snapshot, std::uint64_t now_ns) {
  auto const inodes = namespaces_with_rows(snapshot);
  bool const all_known =
      std::ranges::all_of(std::span(inodes).first(std::min(inodes.size(), kMostNamespaces)),
                          [&](std::uint64_t inode) { return known_.contains(inode); });
  if (!all_known || read_ns_ == 0 || now_ns >= read_ns_ + kFresh) {
    read_namespaces(inodes, now_ns);
    memory_ = capture::procfs::read_tcp_memory(fs_);
    nr_open_ = capture::procfs::read_nr_open(fs_);
    read_ns_ = now_ns;
  }
  read_processes(snapshot);
  unread_ = 0;
  for (auto const inode : inodes) unread_ += known_.contains(inode) ? 0U : 1U;
  namespaces_.assign(snapshot.namespaces.size(), {});
  for (std::size_t i = 0; i < namespaces_.size(); ++i) {
    auto const inode = snapshot.namespaces[i].inode;
    auto const found = known_.find(inode);
    if (found != known_.end()) namespaces_[i] = found->second.facts;
    namespaces_[i].inode = inode;
  }
}

}  // namespace lastack::app
