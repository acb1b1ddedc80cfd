#include "app/collect.hh"

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/background.hh"
#include "app/owner_scan.hh"
#include "app/process_details.hh"
#include "app/socket_dump.hh"
#include "capture/owners/socket_kind.hh"
#include "filter/matcher.hh"

namespace lastack::app {

namespace owners = capture::owners;

namespace {

bool wants_owners(model::Facts facts) {
  return facts.any(model::kProcessFacts | model::Fact::Owners);
}

capture::sock_diag::Wanted wanted_of(filter::Pushdown const& only, model::Facts facts) {
  return {.tcp = only.tcp ? only.states : model::SocketStateMask{0},
          .udp = only.udp ? only.states : model::SocketStateMask{0},
          .inet = only.inet,
          .inet6 = only.inet6,
          .facts = facts};
}

bool is_inside(filter::Pushdown const& only, model::Endpoint const& endpoint) {
  bool const family = endpoint.family == model::Family::Inet ? only.inet : only.inet6;
  bool const protocol = endpoint.protocol == model::Protocol::Tcp ? only.tcp : only.udp;
  return family && protocol && (only.states & model::mask_of(endpoint.state)) != 0;
}

// Holders whose socket is in no dump although it might be listed, were its namespace known.
// /proc does not tell the namespace of a socket: there only a complete dump leaves few enough to
// look at each of them.
std::vector<owners::Holder> maybe_elsewhere(std::vector<owners::Holder> holders, bool complete) {
  std::erase_if(holders, [&](owners::Holder const& holder) {
    if (holder.netns != 0) return false;
    return !complete || !owners::is_listed_socket(holder.pid, holder.fd);
  });
  return holders;
}

void keep_matching(model::Snapshot& snapshot, CollectRequest const& request) {
  filter::Matcher const matches(request.filter, snapshot);
  std::erase_if(snapshot.endpoints, [&](model::Endpoint const& endpoint) {
    return !is_inside(request.only, endpoint) || !matches(endpoint);
  });
}

std::int64_t unix_now_ms() {
  auto const now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::uint64_t count_hidden(model::Snapshot const& snapshot, filter::Pushdown const& only) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(snapshot.endpoints, [&](model::Endpoint const& endpoint) {
        return endpoint.no_owner == model::NoOwner::NotPermitted && is_inside(only, endpoint);
      }));
}

void attach_owners(model::Snapshot& snapshot, SocketDump& dump,
                   base::Result<OwnerScan> const& scan) {
  if (!scan) {
    snapshot.unseen.problems.push_back("owners: " + scan.error().message);
    (void)owners::join(snapshot, {}, owners::Key::Inode, false);
    return;
  }
  snapshot.unseen.unreadable_processes = scan->unreadable_processes;
  snapshot.unseen.processes_hidden = scan->processes_hidden;
  auto joined = owners::join(snapshot, scan->holders, scan->key, scan->all_read);
  if (dump.dump_reached(maybe_elsewhere(std::move(joined.unmatched), dump.is_complete())) > 0) {
    owners::drop_repeated(snapshot.endpoints);
    (void)owners::join(snapshot, scan->holders, scan->key, scan->all_read);
  }
}

// Sockets and, where asked, their owners by pid alone: two walks side by side. The calling
// thread moves between network namespaces.
base::Result<model::Snapshot> walk(CollectRequest const& request, model::Facts facts) {
  capture::procfs::ProcFs const fs;
  model::Snapshot snapshot;
  SocketDump dump(wanted_of(intersection(request.only, request.filter.pushdown()), facts),
                  request.netns, snapshot);
  base::Result<OwnerScan> scan;
  std::future<void> scanning;
  if (wants_owners(facts)) scanning = in_background([&] { scan = scan_owners(fs); });
  auto const dumped = dump.dump_discovered(fs);
  owners::drop_repeated(snapshot.endpoints);
  if (scanning.valid()) scanning.get();
  if (!dumped) return std::unexpected(dumped.error());
  if (wants_owners(facts)) attach_owners(snapshot, dump, scan);
  return snapshot;
}

}  // namespace

base::Result<model::Snapshot> collect(CollectRequest const& request) {
  auto const asked = request.filter.facts();
  auto const facts = request.facts | asked;
  base::Result<model::Snapshot> snapshot;
  in_background([&] { snapshot = walk(request, facts); }).get();
  if (!snapshot) return snapshot;
  snapshot->taken_unix_ms = unix_now_ms();

  ProcessDetails details;
  if (wants_owners(asked)) details.read_all(*snapshot, asked);
  details.read_users(*snapshot, asked);
  auto const hidden = count_hidden(*snapshot, request.only);
  keep_matching(*snapshot, request);
  if (wants_owners(facts)) details.read_used(*snapshot, facts);
  details.read_users(*snapshot, facts);
  details.report(snapshot->unseen);
  snapshot->unseen.hidden_owners = count_hidden(*snapshot, request.only);
  if (wants_owners(asked)) {
    snapshot->unseen.undecided = hidden - snapshot->unseen.hidden_owners;
  }
  return snapshot;
}

}  // namespace lastack::app
