#include "detect/baseline.hh"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "detect/program.hh"
#include "model/snapshot.hh"
#include "model/tcp_settings.hh"

namespace lastack::detect {
namespace {

using model::Endpoint;
using model::SocketState;
using model::TcpSetting;

// By the usual range: a baseline must read the same however it is set at the moment.
bool is_chosen_by_the_system(std::uint16_t port) {
  return port >= describe(TcpSetting::PortRangeFirst).usual &&
         port <= describe(TcpSetting::PortRangeLast).usual;
}

KnownListener listener_of(Endpoint const& row, std::string program) {
  auto const port = row.flow.local_port;
  return {std::move(program), row.protocol, is_chosen_by_the_system(port) ? std::uint16_t{0} : port,
          is_everywhere(row)};
}

bool is_unread(std::string_view program) { return program.empty() || program.starts_with('['); }

// Of whichever program. What the system chooses a port for must be the same program.
bool knows_port(Baseline const& baseline, KnownListener const& wanted) {
  bool const unread = is_unread(wanted.program);
  return std::ranges::any_of(baseline.listeners, [&](KnownListener const& each) {
    bool const may_be = unread || (wanted.port != 0 && is_unread(each.program));
    return may_be && each.protocol == wanted.protocol && each.port == wanted.port &&
           each.everywhere == wanted.everywhere;
  });
}

Familiarity familiarity_of(Baseline const& baseline, KnownListener wanted) {
  for (auto const level : {Familiarity::Known, Familiarity::Narrower}) {
    if (baseline.listeners.contains(wanted) || knows_port(baseline, wanted)) return level;
    if (!wanted.everywhere) break;
    wanted.everywhere = false;
  }
  return Familiarity::Unknown;
}

// A key a process, made when it is first asked for.
class Keys {
 public:
  explicit Keys(model::Snapshot const& snapshot)
      : snapshot_(snapshot), keys_(snapshot.processes.size()) {}

  [[nodiscard]] std::string const& of(std::uint32_t process) {
    auto& key = keys_[process];
    if (!key) key = program_key(snapshot_.processes[process]);
    return *key;
  }

 private:
  model::Snapshot const& snapshot_;
  std::vector<std::optional<std::string>> keys_;
};

}  // namespace

bool takes_what_comes(Endpoint const& row) {
  if (row.protocol == model::Protocol::Tcp) return row.state == SocketState::Listen;
  return row.state == SocketState::Unconnected && row.flow.local_port != 0;
}

bool is_everywhere(Endpoint const& row) {
  return model::is_unspecified(row.flow.local) && row.interface == 0;
}

Familiarity familiarity(Baseline const& baseline, model::Snapshot const& snapshot,
                        Endpoint const& row) {
  auto const owners = snapshot.owners_of(row);
  if (owners.empty()) return familiarity_of(baseline, listener_of(row, ""));
  auto best = Familiarity::Unknown;
  auto last = model::kNone;
  for (auto const& owner : owners) {
    if (std::exchange(last, owner.process) == owner.process) continue;
    auto wanted = listener_of(row, program_key(snapshot.process_of(owner)));
    best = std::max(best, familiarity_of(baseline, std::move(wanted)));
  }
  return best;
}

std::size_t learn(Baseline& baseline, model::Snapshot const& snapshot,
                  std::span<std::uint32_t const> rows) {
  auto const before = baseline.talkers.size() + baseline.listeners.size();
  Keys keys(snapshot);
  std::vector<bool> talks(snapshot.processes.size());
  for (auto const index : rows) {
    auto const& row = snapshot.endpoints[index];
    bool const listens = takes_what_comes(row);
    if (!listens && row.flow.remote_port == 0) continue;
    auto const owners = snapshot.owners_of(row);
    if (listens && owners.empty()) baseline.listeners.insert(listener_of(row, ""));
    auto last = model::kNone;
    for (auto const& owner : owners) {
      if (std::exchange(last, owner.process) == owner.process) continue;
      if (listens) {
        baseline.listeners.insert(listener_of(row, keys.of(owner.process)));
      } else if (!talks[owner.process]) {
        talks[owner.process] = true;
        baseline.talkers.insert(keys.of(owner.process));
      }
    }
  }
  return baseline.talkers.size() + baseline.listeners.size() - before;
}

}  // namespace lastack::detect
