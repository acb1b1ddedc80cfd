// The sockets of one network namespace after the other: one thread's share of a SocketDump.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/fd.hh"
#include "capture/netns/namespace.hh"
#include "capture/sock_diag/plan.hh"
#include "capture/sock_diag/session.hh"
#include "model/snapshot.hh"

namespace lastack::app {

// Appends to a part of a snapshot (endpoints, details, unseen). A namespace that cannot be read
// is counted, with the reason. It moves its thread between namespaces, and back each time.
class NamespaceDump {
 public:
  NamespaceDump(capture::sock_diag::Wanted const& wanted, model::Snapshot& part)
      : wanted_(wanted), part_(part) {}

  // `index`: of the namespace in Snapshot::namespaces.
  void dump(capture::netns::Namespace const& ns, std::uint32_t index, std::string_view label);
  // The namespace behind an open descriptor.
  void dump_inside(base::Fd const& descriptor, std::uint32_t index, std::string_view label);

  void cannot_read(std::string_view label, std::string_view why);

 private:
  // Interfaces of the endpoints from `first` on, in the namespace that the thread is in.
  void name_interfaces(std::size_t first);
  void dump_with(base::Result<capture::sock_diag::Session> session,
                 capture::sock_diag::Wanted const& wanted, std::uint32_t index,
                 std::string_view label);

  capture::sock_diag::Wanted const& wanted_;
  model::Snapshot& part_;
};

}  // namespace lastack::app
