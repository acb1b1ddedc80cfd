// Processes and connections that nobody means when they say "end it": ending them ends the machine,
// lastack, or the session in which it was started.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/phrase.hh"
#include "capture/procfs/proc_fs.hh"
#include "model/snapshot.hh"

namespace lastack::act {

enum class Protection : std::uint8_t {
  None,
  Init,          // pid 1, of the machine or of this container
  Itself,        // lastack
  KernelThread,  // no signal reaches it
  Session,       // an ancestor of lastack that holds a login: sshd and its like
  Ancestor,      // any other ancestor: shell, sudo, tmux
};

// May be done all the same by who insists.
[[nodiscard]] constexpr bool may_be_forced(Protection protection) {
  return protection == Protection::None || protection == Protection::Session ||
         protection == Protection::Ancestor;
}
// "pid 1, the first process"; empty for None.
[[nodiscard]] base::Phrase reason(Protection protection);

// Reads lastack's own ancestry once.
class ProtectedProcesses {
 public:
  explicit ProtectedProcesses(capture::procfs::ProcFs const& fs);  // keeps a pointer to it
  explicit ProtectedProcesses(capture::procfs::ProcFs const&& fs) = delete;

  [[nodiscard]] Protection of(std::uint32_t pid) const;
  // A connection that the session lives on: one of its sshd. Closing it ends lastack, too.
  [[nodiscard]] bool is_session_connection(model::Snapshot const& snapshot,
                                           model::Endpoint const& endpoint) const;

 private:
  capture::procfs::ProcFs const* fs_;
  std::uint32_t self_;
  std::vector<model::ParentProcess> ancestors_;  // nearest first
};

}  // namespace lastack::act
