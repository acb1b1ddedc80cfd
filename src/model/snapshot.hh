// What was there at one moment: immutable once built, shared by every face.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/endpoint.hh"
#include "model/netns.hh"
#include "model/process.hh"

namespace lastack::model {

// What a snapshot could not see. Zero everywhere: it is complete.
struct Unseen {
  std::uint64_t unreadable_processes = 0;  // their open files may not be read
  std::uint64_t hidden_owners = 0;         // sockets whose process may be one of those
  std::uint64_t undecided = 0;             // hidden ones of which a filter asked who owns them
  bool processes_hidden = false;  // /proc does not show other users' processes at all (hidepid)
  std::map<std::string, std::vector<std::string>> unreadable_namespaces;  // why -> labels
  std::uint64_t interrupted_dumps = 0;   // NLM_F_DUMP_INTR that no retry cured
  std::uint64_t malformed_messages = 0;  // kernel messages that failed the length checks
  std::uint64_t truncated_text = 0;      // command lines or paths cut at a limit
  std::vector<std::string> problems;     // one line each, for stderr
};

struct Snapshot {
  std::vector<Endpoint> endpoints;
  std::vector<SocketDetails> details;
  std::vector<Owner> owners;
  std::vector<Process> processes;
  std::vector<NetNs> namespaces;
  // Names of interfaces that sockets are bound to, by (index of the namespace, ifindex).
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> interfaces;
  std::map<std::uint32_t, std::string> users;  // uid -> name, for the uids that occur
  std::int64_t taken_unix_ms = 0;
  Unseen unseen;

  // Those of one process stand together.
  [[nodiscard]] std::span<Owner const> owners_of(Endpoint const& endpoint) const {
    return std::span(owners).subspan(endpoint.owners_at, endpoint.owner_count);
  }
  [[nodiscard]] Process const& process_of(Owner const& owner) const {
    return processes[owner.process];
  }
  [[nodiscard]] SocketDetails const* details_of(Endpoint const& endpoint) const {
    return endpoint.details == kNone ? nullptr : &details[endpoint.details];
  }
  [[nodiscard]] std::string const* interface_of(Endpoint const& endpoint) const {
    auto const found = interfaces.find({endpoint.netns, endpoint.interface});
    return found == interfaces.end() ? nullptr : &found->second;
  }
  [[nodiscard]] NetNs const* netns_of(Endpoint const& endpoint) const {
    return endpoint.netns < namespaces.size() ? &namespaces[endpoint.netns] : nullptr;
  }
};

}  // namespace lastack::model
