// The sockets of every network namespace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>

#include "base/error.hh"
#include "capture/netns/discover.hh"
#include "capture/owners/holder.hh"
#include "capture/procfs/proc_fs.hh"
#include "capture/sock_diag/plan.hh"
#include "capture/sock_diag/session.hh"
#include "model/snapshot.hh"

namespace lastack::app {

// Fills a snapshot's endpoints, details and namespaces, one namespace after the other, and
// counts what it cannot see. It moves its thread between namespaces.
class SocketDump {
 public:
  SocketDump(capture::sock_diag::Wanted const& wanted, std::optional<std::string> only_netns,
             model::Snapshot& snapshot);

  // Every namespace that discover() finds. Error: none could be found, or none is called
  // `only_netns`; one that cannot be read is counted instead.
  [[nodiscard]] base::Result<void> dump_discovered(capture::procfs::ProcFs const& fs);

  // Namespaces that only sockets keep alive: those of holders whose namespace is not known yet.
  // Returns how many were added.
  std::size_t dump_reached(std::span<capture::owners::Holder const> holders);

 private:
  [[nodiscard]] bool is_wanted(std::string const& label, std::uint64_t inode) const;
  void dump_namespace(capture::netns::Namespace const& ns, std::string label);
  void dump_inside(base::Fd const& descriptor, std::uint32_t netns);
  void dump_with(capture::sock_diag::Session& session, capture::sock_diag::Wanted const& wanted,
                 std::uint32_t netns);
  std::uint32_t add_namespace(std::uint64_t inode, std::string label);
  void cannot_read(std::uint32_t netns, std::string const& why);

  capture::sock_diag::Wanted wanted_;
  std::optional<std::string> only_netns_;
  model::Snapshot& snapshot_;
  std::unordered_set<std::uint64_t> known_;  // inodes, also of those not wanted
};

}  // namespace lastack::app
