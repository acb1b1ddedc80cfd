#include "app/kill_targets.hh"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "app/collect.hh"
#include "capture/procfs/proc_fs.hh"
#include "filter/matcher.hh"

namespace lastack::app {

namespace procfs = capture::procfs;

namespace {

using Handles = std::map<std::uint32_t, act::ProcessHandle>;  // by pid

// A descriptor for each process: the usual limit of 1024 may be too few.
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);  // where it fails, opening says so
}

// Everybody who has a matching socket open.
base::Result<Handles> hold_owners(filter::Filter const& filter, procfs::ProcFs const& fs) {
  auto const snapshot =
      collect({.facts = model::Fact::Owners, .only = {}, .filter = filter, .netns = {}});
  if (!snapshot) return std::unexpected(snapshot.error());
  std::set<std::uint32_t> pids;
  for (auto const& endpoint : snapshot->endpoints) {
    for (auto const& owner : snapshot->owners_of(endpoint)) {
      pids.insert(snapshot->process_of(owner).pid);
    }
  }
  Handles handles;
  for (auto const pid : pids) {
    auto handle = act::ProcessHandle::open(fs, pid);
    if (handle) {
      handles.emplace(pid, std::move(*handle));
    } else if (handle.error().code != ESRCH) {
      return std::unexpected(handle.error());
    }
  }
  return handles;
}

struct Sockets {
  std::set<std::uint32_t> matching;
  std::set<std::uint32_t> others;
};

// Of a socket that several have open, only those are meant for whom the filter holds alone: with
// 'pid = 12', not all the others that inherited its socket.
bool matches_owner(filter::Matcher const& matches, model::Endpoint endpoint, std::uint32_t owner) {
  endpoint.owners_at += owner;
  endpoint.owner_count = 1;
  return matches(endpoint);
}

// By index of the process.
std::map<std::uint32_t, Sockets> sockets_of_processes(model::Snapshot const& snapshot,
                                                      filter::Filter const& filter,
                                                      std::size_t& ownerless) {
  filter::Matcher const matches(filter, snapshot);
  std::map<std::uint32_t, Sockets> sockets;
  for (std::uint32_t i = 0; i < snapshot.endpoints.size(); ++i) {
    auto const& endpoint = snapshot.endpoints[i];
    if (endpoint.owner_count == 0 && matches(endpoint)) ++ownerless;
    for (std::uint32_t k = 0; k < endpoint.owner_count; ++k) {
      auto& mine = sockets[snapshot.owners_of(endpoint)[k].process];
      (matches_owner(matches, endpoint, k) ? mine.matching : mine.others).insert(i);
    }
  }
  // Under one of its descriptors it matches, under another it does not.
  for (auto& [process, mine] : sockets) {
    for (auto const row : mine.matching) mine.others.erase(row);
  }
  return sockets;
}

base::Result<void> add_children(procfs::ProcFs const& fs, std::vector<KillTarget>& targets) {
  std::vector<std::uint32_t> pids;
  pids.reserve(targets.size());
  for (auto const& target : targets) pids.push_back(target.handle.pid());
  auto children = procfs::children_of(fs, pids);
  if (!children) return std::unexpected(children.error());
  for (auto& target : targets) target.children = std::move((*children)[target.handle.pid()]);
  return {};
}

}  // namespace

base::Result<KillTargets> find_kill_targets(filter::Filter const& filter,
                                            KillOptions const& options) {
  allow_many_descriptors();
  procfs::ProcFs const fs;
  auto handles = hold_owners(filter, fs);
  if (!handles) return std::unexpected(handles.error());
  // Once more, of those that are held now, and with all their other sockets.
  auto const facts = model::Fact::Owners | model::Fact::Exe | model::Fact::Cmdline |
                     model::Fact::User | model::Fact::StartTime;
  auto snapshot = collect({.facts = facts | filter.facts(), .only = {}, .filter = {}, .netns = {}});
  if (!snapshot) return std::unexpected(snapshot.error());

  KillTargets found;
  found.snapshot = std::move(*snapshot);
  act::ProtectedProcesses const protection(fs);
  for (auto& [process, sockets] : sockets_of_processes(found.snapshot, filter, found.ownerless)) {
    if (sockets.matching.empty()) continue;
    auto const held = handles->find(found.snapshot.processes[process].pid);
    // Not held: it came between the two looks. Not alive: what was read may be another's.
    if (held == handles->end() || !held->second.alive()) continue;
    auto const why = protection.of(held->first);
    if (why != act::Protection::None && !(options.force && act::may_be_forced(why))) {
      found.refused.push_back({process, why});
      continue;
    }
    found.targets.push_back({.handle = std::move(held->second),
                             .process = process,
                             .matching = {sockets.matching.begin(), sockets.matching.end()},
                             .others = {sockets.others.begin(), sockets.others.end()},
                             .children = {}});
    handles->erase(held);
  }
  if (auto added = add_children(fs, found.targets); !added) return std::unexpected(added.error());
  return found;
}

}  // namespace lastack::app
