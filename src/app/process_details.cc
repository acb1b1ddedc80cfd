#include "app/process_details.hh"

#include <set>
#include <utility>

#include "app/names.hh"

namespace lastack::app {
namespace {

// A process that has ended meanwhile keeps its pid and loses its name: said as unknown.
void read(capture::procfs::ProcessReader& reader, model::Process& process, model::Facts facts) {
  if (auto found = reader.read(process.pid, facts)) process = std::move(*found);
}

}  // namespace

void ProcessDetails::read_all(model::Snapshot& snapshot, model::Facts facts) {
  for (auto& process : snapshot.processes) read(for_filter_, process, facts);
}

void ProcessDetails::read_used(model::Snapshot& snapshot, model::Facts facts) {
  std::vector<bool> used(snapshot.processes.size());
  for (auto const& endpoint : snapshot.endpoints) {
    for (auto const& owner : snapshot.owners_of(endpoint)) used[owner.process] = true;
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) read(for_face_, snapshot.processes[i], facts);
  }
}

void ProcessDetails::read_users(model::Snapshot& snapshot, model::Facts facts) {
  std::set<std::uint32_t> uids;
  if (facts.has(model::Fact::User)) {
    for (auto const& process : snapshot.processes) {
      if (process.uid_known) uids.insert(process.uid);
    }
  }
  if (facts.has(model::Fact::SocketUser)) {
    std::uint32_t last = model::kNone;  // mostly the same one: spare the set
    for (auto const& endpoint : snapshot.endpoints) {
      if (endpoint.uid != last) uids.insert(last = endpoint.uid);
    }
    uids.erase(model::kNone);
  }
  for (auto const uid : uids) {
    if (auto name = user_name(uid)) snapshot.users.emplace(uid, std::move(*name));
  }
}

}  // namespace lastack::app
