#include "detect/remote_shell.hh"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "detect/listeners.hh"
#include "detect/program.hh"

namespace lastack::detect {
namespace {

using model::TcpSetting;

// Programs whose work it is to start another for each connection, which gets it as its streams.
constexpr auto kSuperservers = std::to_array<std::string_view>({
    "systemd",
    "inetd",
    "xinetd",
    "openbsd-inetd",
    "inetutils-inetd",
    "tcpserver",
    "tcpsvd",
    "s6-tcpserver",
    "in.rshd",
    "in.rlogind",
    "in.rexecd",
    "launchd",
});

constexpr unsigned kInput = 1U << 0U;
constexpr unsigned kOutputs = 1U << 1U | 1U << 2U;

struct Candidate {
  std::uint32_t process = model::kNone;
  unsigned streams = 0;  // bit i: the connection is its descriptor i
};

bool has_streams(Candidate const& each) {
  return (each.streams & kInput) != 0 && (each.streams & kOutputs) != 0;
}

// Owners of one process stand together.
void collect(Scene const& scene, model::Endpoint const& row, std::vector<Candidate>& found) {
  found.clear();
  Candidate present;
  auto const keep = [&] {
    if (!has_streams(present)) return;
    auto const runner = runner_of(scene.snapshot->processes[present.process]);
    if (runner == Runner::Shell || runner == Runner::Interpreter) found.push_back(present);
  };
  for (auto const& owner : scene.snapshot->owners_of(row)) {
    if (owner.process != present.process) {
      keep();
      present = {owner.process, 0};
    }
    if (owner.fd >= 0 && owner.fd <= 2) present.streams |= 1U << static_cast<unsigned>(owner.fd);
  }
  keep();
}

bool is_child_of_one(model::Process const& process, Scene const& scene,
                     std::vector<Candidate> const& all) {
  return std::ranges::any_of(all, [&](Candidate const& each) {
    auto const pid = scene.snapshot->processes[each.process].pid;
    return std::ranges::find(process.parents, pid, &model::ParentProcess::pid) !=
           process.parents.end();
  });
}

std::uint32_t eldest(Scene const& scene, std::vector<Candidate> const& all) {
  auto const found = std::ranges::find_if_not(all, [&](Candidate const& each) {
    return is_child_of_one(scene.snapshot->processes[each.process], scene, all);
  });
  return found == all.end() ? all.front().process : found->process;
}

// Of those that take commands, if there are any: one may have been started by a script.
void choose(RemoteShell& shell, Scene const& scene, std::vector<Candidate>& all) {
  shell.processes = static_cast<std::uint32_t>(all.size());
  auto const obeys = [&](Candidate const& each) {
    return script_of(scene.snapshot->processes[each.process]).empty();
  };
  shell.interactive = std::ranges::any_of(all, obeys);
  if (shell.interactive) std::erase_if(all, std::not_fn(obeys));
  shell.process = eldest(scene, all);
}

bool is_superserver(std::string_view comm) {
  return std::ranges::find(kSuperservers, comm) != kSuperservers.end();
}

bool is_held_by_superserver(Scene const& scene, std::span<std::uint32_t const> listeners) {
  return std::ranges::any_of(listeners, [&](std::uint32_t listener) {
    return std::ranges::any_of(scene.snapshot->owners_of(scene.row(listener)),
                               [&](model::Owner const& owner) {
                                 return is_superserver(scene.snapshot->process_of(owner).comm);
                               });
  });
}

// By the ports, where nothing better is known: the side with an ephemeral port has opened it.
Way guess(Scene const& scene, model::Endpoint const& row) {
  auto const& settings = scene.facts_of(row).settings;
  auto const is_ephemeral = [&](std::uint16_t port) {
    return port >= settings.get(TcpSetting::PortRangeFirst) &&
           port <= settings.get(TcpSetting::PortRangeLast);
  };
  bool const local = is_ephemeral(row.flow.local_port);
  bool const remote = is_ephemeral(row.flow.remote_port);
  if (local == remote) return Way::Unclear;
  return local ? Way::Outgoing : Way::Incoming;
}

void find_way(RemoteShell& shell, Scene const& scene, Listeners const& listeners) {
  auto const opened_by = scene.timing(shell.row).opened_by;
  auto const& row = scene.row(shell.row);
  bool const is_tcp = row.protocol == model::Protocol::Tcp;
  auto const came_to = is_tcp ? listeners.of(row) : std::span<std::uint32_t const>();
  shell.way_seen = opened_by == model::Side::Local || opened_by == model::Side::Remote;
  if (shell.way_seen) {
    shell.way = opened_by == model::Side::Local ? Way::Outgoing : Way::Incoming;
  } else {
    shell.way = came_to.empty() ? guess(scene, row) : Way::Incoming;
  }
  if (shell.way != Way::Incoming) return;
  auto const& parents = scene.snapshot->processes[shell.process].parents;
  // A process that lost its parent has systemd as one, too.
  bool const by_parent =
      !parents.empty() && parents.front().pid != 1 && is_superserver(parents.front().comm);
  shell.on_duty = by_parent || is_held_by_superserver(scene, came_to);
}

}  // namespace

std::vector<RemoteShell> remote_shells(Scene const& scene) {
  std::vector<RemoteShell> shells;
  std::vector<Candidate> candidates;
  std::optional<Listeners> listeners;
  for (auto const index : scene.rows) {
    auto const& row = scene.row(index);
    if (row.owner_count < 2 || row.flow.remote_port == 0) continue;
    collect(scene, row, candidates);
    if (candidates.empty()) continue;
    if (!listeners) listeners.emplace(scene);
    RemoteShell shell;
    shell.row = index;
    choose(shell, scene, candidates);
    find_way(shell, scene, *listeners);
    shells.push_back(shell);
  }
  return shells;
}

}  // namespace lastack::detect
