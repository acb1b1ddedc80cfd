#include "app/socket_dump.hh"

#include <algorithm>
#include <atomic>
#include <future>
#include <iterator>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/background.hh"
#include "app/namespace_dump.hh"
#include "base/text.hh"
#include "capture/netns/reach.hh"

namespace lastack::app {

namespace netns = capture::netns;

namespace {

constexpr unsigned kMaxThreads = 8;

std::string inode_label(std::uint64_t inode) { return fmt::format("net:[{}]", inode); }

bool is_called(netns::Namespace const& ns, std::string const& label, std::string const& name) {
  return name == label || name == inode_label(ns.inode) || (ns.own && name == "self");
}

std::string untold_namespaces(std::uint64_t processes) {
  return base::counted(processes, "process does not tell its network namespace",
                       "processes do not tell their network namespaces") +
         ": there may be more of them";
}

template <typename T>
void append(std::vector<T>& to, std::vector<T>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  from = {};
}

// Moves one thread's part behind what is there already.
void append(model::Snapshot& snapshot, model::Snapshot&& part) {
  auto const details_at = static_cast<std::uint32_t>(snapshot.details.size());
  for (auto& endpoint : part.endpoints) {
    if (endpoint.details != model::kNone) endpoint.details += details_at;
  }
  if (snapshot.endpoints.empty()) {
    snapshot.endpoints = std::move(part.endpoints);
    snapshot.details = std::move(part.details);
  } else {
    append(snapshot.endpoints, std::move(part.endpoints));
    append(snapshot.details, std::move(part.details));
  }
  snapshot.interfaces.merge(part.interfaces);
  auto& unseen = snapshot.unseen;
  for (auto& [why, labels] : part.unseen.unreadable_namespaces) {
    append(unseen.unreadable_namespaces[why], std::move(labels));
  }
  unseen.interrupted_dumps += part.unseen.interrupted_dumps;
  unseen.malformed_messages += part.unseen.malformed_messages;
  append(unseen.problems, std::move(part.unseen.problems));
}

std::size_t thread_count(std::size_t namespaces) {
  auto const useful = std::clamp(std::thread::hardware_concurrency(), 1U, kMaxThreads);
  return std::min<std::size_t>(useful, namespaces);
}

}  // namespace

SocketDump::SocketDump(capture::sock_diag::Wanted const& wanted,
                       std::optional<std::string> only_netns, model::Snapshot& snapshot)
    : wanted_(wanted), only_netns_(std::move(only_netns)), snapshot_(snapshot) {}

base::Result<void> SocketDump::dump_discovered(capture::procfs::ProcFs const& fs) {
  auto const discovery = netns::discover(fs);
  if (!discovery) return std::unexpected(discovery.error());
  auto const chosen = choose(*discovery);
  if (!chosen) return std::unexpected(chosen.error());
  dump_all(*chosen);
  auto const& unread = snapshot_.unseen.unreadable_namespaces;
  if (only_netns_ && !unread.empty()) {
    return base::fail(fmt::format("network namespace {}: {}", *only_netns_, unread.begin()->first));
  }
  if (discovery->unreadable_processes > 0 && !only_netns_) {
    snapshot_.unseen.problems.push_back(untold_namespaces(discovery->unreadable_processes));
  }
  return {};
}

// Those that are wanted; each gets its place in Snapshot::namespaces.
base::Result<std::vector<netns::Namespace>> SocketDump::choose(netns::Discovery const& discovery) {
  std::vector<netns::Namespace> chosen;
  std::vector<std::string> labels;
  for (auto const& ns : discovery.namespaces) {
    known_.insert(ns.inode);
    labels.push_back(netns::label_of(ns, ns.inode == discovery.host_inode));
    if (only_netns_ && !is_called(ns, labels.back(), *only_netns_)) continue;
    chosen.push_back(ns);
    add_namespace(ns.inode, labels.back());
  }
  if (chosen.empty()) {
    return base::fail(fmt::format("no network namespace is called '{}'; there are: {}",
                                  only_netns_.value_or(""), fmt::join(labels, ", ")));
  }
  return chosen;
}

// Each thread takes the next namespace that none has taken yet.
void SocketDump::dump_all(std::span<netns::Namespace const> namespaces) {
  std::vector<model::Snapshot> parts(thread_count(namespaces.size()));
  std::atomic<std::uint32_t> next = 0;
  auto const work = [&](model::Snapshot& part) {
    NamespaceDump dump(wanted_, part);
    for (auto i = next++; i < namespaces.size(); i = next++) {
      dump.dump(namespaces[i], i, snapshot_.namespaces[i].label);
    }
  };
  std::vector<std::future<void>> others;
  for (auto& part : std::span(parts).subspan(1)) {
    others.push_back(in_background([&work, &part] { work(part); }));
  }
  work(parts.front());
  for (auto& other : others) other.get();
  // The largest first: it is moved, the others are copied behind it.
  std::ranges::sort(parts, std::greater(), [](auto const& part) { return part.endpoints.size(); });
  for (auto& part : parts) append(snapshot_, std::move(part));
}

bool SocketDump::is_complete() const {
  return !only_netns_ && wanted_.inet && wanted_.inet6 && wanted_.tcp == model::kAllSocketStates &&
         wanted_.udp == model::kAllSocketStates;
}

std::size_t SocketDump::dump_reached(std::span<capture::owners::Holder const> holders) {
  if (only_netns_) return 0;
  auto const before = snapshot_.namespaces.size();
  NamespaceDump dump(wanted_, snapshot_);
  for (auto const& holder : holders) {
    if (holder.netns != 0 && known_.contains(holder.netns)) continue;
    auto const ns = netns::reach_by_socket(holder.pid, holder.fd);
    auto const inode = ns ? netns::inode_of(*ns) : std::unexpected(ns.error());
    if (inode) {
      // The descriptor may be another socket by now, of a namespace that is known.
      if (!known_.insert(*inode).second) continue;
      auto const label = inode_label(*inode);
      dump.dump_inside(*ns, add_namespace(*inode, label), label);
    } else if (holder.netns != 0 && inode.error().code != ESRCH && inode.error().code != EBADF) {
      known_.insert(holder.netns);
      dump.cannot_read(inode_label(holder.netns), inode.error().message);
    }
  }
  return snapshot_.namespaces.size() - before;
}

std::uint32_t SocketDump::add_namespace(std::uint64_t inode, std::string label) {
  snapshot_.namespaces.push_back({.inode = inode, .label = std::move(label)});
  return static_cast<std::uint32_t>(snapshot_.namespaces.size() - 1);
}

}  // namespace lastack::app
