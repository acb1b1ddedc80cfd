// The sockets of every network namespace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/error.hh"
#include "capture/netns/discover.hh"
#include "capture/owners/holder.hh"
#include "capture/procfs/proc_fs.hh"
#include "capture/sock_diag/plan.hh"
#include "model/snapshot.hh"

namespace lastack::app {

// Fills a snapshot's endpoints, details and namespaces, several namespaces at a time, and
// counts what it cannot see.
class SocketDump {
 public:
  SocketDump(capture::sock_diag::Wanted const& wanted, std::optional<std::string> only_netns,
             model::Snapshot& snapshot);

  // Every namespace that discover() finds. Error: none could be found, or none is called
  // `only_netns`; one that cannot be read is counted instead.
  [[nodiscard]] base::Result<void> dump_discovered(capture::procfs::ProcFs const& fs);

  // True where nothing was left out of the dumps: no state, family, protocol or namespace.
  [[nodiscard]] bool is_complete() const;

  // Namespaces that only sockets keep alive: those of holders whose namespace is not known yet.
  // Returns how many were added. Moves its thread between namespaces.
  std::size_t dump_reached(std::span<capture::owners::Holder const> holders);

 private:
  [[nodiscard]] base::Result<std::vector<capture::netns::Namespace>> choose(
      capture::netns::Discovery const& discovery);
  void dump_all(std::span<capture::netns::Namespace const> namespaces);
  std::uint32_t add_namespace(std::uint64_t inode, std::string label);

  capture::sock_diag::Wanted wanted_;
  std::optional<std::string> only_netns_;
  model::Snapshot& snapshot_;
  std::unordered_set<std::uint64_t> known_;  // inodes, also of those not wanted
};

}  // namespace lastack::app
