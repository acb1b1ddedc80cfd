#include "app/socket_dump.hh"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "capture/netns/enter.hh"
#include "capture/netns/reach.hh"
#include "capture/netns/sockstat.hh"

namespace lastack::app {

namespace netns = capture::netns;
namespace sock_diag = capture::sock_diag;

namespace {

std::string inode_label(std::uint64_t inode) { return fmt::format("net:[{}]", inode); }

// A dump walks tables that all namespaces share: with a hundred of them and 200,000 sockets
// that is seconds, unless those without sockets are spared.
sock_diag::Wanted without_unused(sock_diag::Wanted wanted, netns::InUse const& in_use) {
  if (!in_use.udp) wanted.udp = 0;
  if (!in_use.tcp) wanted.tcp &= model::mask_of(model::SocketState::BoundInactive);
  return wanted;
}

}  // namespace

SocketDump::SocketDump(sock_diag::Wanted const& wanted, std::optional<std::string> only_netns,
                       model::Snapshot& snapshot)
    : wanted_(wanted), only_netns_(std::move(only_netns)), snapshot_(snapshot) {}

base::Result<void> SocketDump::dump_discovered(capture::procfs::ProcFs const& fs) {
  auto const discovery = netns::discover(fs);
  if (!discovery) return std::unexpected(discovery.error());
  std::vector<std::string> labels;
  for (auto const& ns : discovery->namespaces) {
    known_.insert(ns.inode);
    auto label = netns::label_of(ns, ns.inode == discovery->host_inode);
    labels.push_back(label);
    if (is_wanted(label, ns.inode)) dump_namespace(ns, std::move(label));
  }
  if (only_netns_ && snapshot_.namespaces.empty()) {
    return base::fail(fmt::format("no network namespace is called '{}'; there are: {}",
                                  *only_netns_, fmt::join(labels, ", ")));
  }
  if (discovery->unreadable_processes > 0) {
    snapshot_.unseen.problems.push_back(
        fmt::format("{} told their network namespace: there may be more of them",
                    discovery->unreadable_processes == 1
                        ? "1 process has not"
                        : fmt::format("{} processes have not", discovery->unreadable_processes)));
  }
  return {};
}

std::size_t SocketDump::dump_reached(std::span<capture::owners::Holder const> holders) {
  if (only_netns_) return 0;
  std::size_t added = 0;
  for (auto const& holder : holders) {
    if (holder.netns != 0 && known_.contains(holder.netns)) continue;
    auto const ns = netns::reach_by_socket(holder.pid, holder.fd);
    // The descriptor may be another socket by now, or gone with its process.
    auto const inode = ns ? netns::inode_of(*ns) : std::unexpected(ns.error());
    if (inode && known_.contains(*inode)) continue;
    if (!inode &&
        (holder.netns == 0 || inode.error().code == ESRCH || inode.error().code == EBADF)) {
      continue;
    }
    auto const number = inode ? *inode : holder.netns;
    known_.insert(number);
    auto const index = add_namespace(number, inode_label(number));
    ++added;
    if (inode) {
      dump_inside(*ns, index);
    } else {
      cannot_read(index, inode.error().message);
    }
  }
  return added;
}

bool SocketDump::is_wanted(std::string const& label, std::uint64_t inode) const {
  return !only_netns_ || *only_netns_ == label || *only_netns_ == inode_label(inode);
}

void SocketDump::dump_namespace(netns::Namespace const& ns, std::string label) {
  auto const index = add_namespace(ns.inode, std::move(label));
  if (ns.own) {
    if (auto session = sock_diag::Session::open()) {
      dump_with(*session, wanted_, index);
    } else {
      cannot_read(index, session.error().message);
    }
    return;
  }
  auto const descriptor = netns::open_namespace(ns);
  if (!descriptor) {
    // A namespace whose last process has ended since has no sockets to miss.
    if (descriptor.error().code == ENOENT || descriptor.error().code == ESRCH) {
      snapshot_.namespaces.pop_back();
    } else {
      cannot_read(index, descriptor.error().message);
    }
    return;
  }
  dump_inside(*descriptor, index);
}

void SocketDump::dump_inside(base::Fd const& descriptor, std::uint32_t netns) {
  netns::InUse in_use;
  auto session = netns::run_in(descriptor, [&] {
    in_use = netns::in_use_here();
    return sock_diag::Session::open();
  });
  if (!session) {
    cannot_read(netns, session.error().message);
    return;
  }
  dump_with(*session, without_unused(wanted_, in_use), netns);
}

void SocketDump::dump_with(sock_diag::Session& session, sock_diag::Wanted const& wanted,
                           std::uint32_t netns) {
  for (auto const& request : sock_diag::plan(wanted)) {
    auto const outcome = session.dump(request, netns, snapshot_);
    if (!outcome) {
      cannot_read(netns, outcome.error().message);
    } else if (!outcome->supported) {
      snapshot_.unseen.problems.push_back(
          fmt::format("this kernel has no sock_diag for {} (module {}_diag)",
                      model::name(request.protocol), model::name(request.protocol)));
    } else if (outcome->interrupted) {
      ++snapshot_.unseen.interrupted_dumps;
    }
  }
}

std::uint32_t SocketDump::add_namespace(std::uint64_t inode, std::string label) {
  snapshot_.namespaces.push_back(
      {.inode = inode, .label = std::move(label), .readable = true, .problem = {}});
  return static_cast<std::uint32_t>(snapshot_.namespaces.size() - 1);
}

void SocketDump::cannot_read(std::uint32_t netns, std::string const& why) {
  auto& ns = snapshot_.namespaces[netns];
  if (ns.readable) ++snapshot_.unseen.unreadable_namespaces;
  ns.readable = false;
  ns.problem = why;
  snapshot_.unseen.problems.push_back(fmt::format("network namespace {}: {}", ns.label, why));
}

}  // namespace lastack::app
