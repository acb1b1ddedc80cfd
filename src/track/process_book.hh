// The processes that own or owned something in the live table. A process is its pid and the time
// it was started; entries of processes that nothing refers to any more are reused.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "model/process.hh"
#include "model/socket_event.hh"

namespace lastack::track {

class ProcessBook {
 public:
  // Entries that nothing refers to are kept for a while, that many at most.
  static constexpr std::size_t kMaxIdle = 4096;

  // `processes` and `owners` are those of the table's book.
  ProcessBook(std::vector<model::Process>& processes, std::vector<model::Owner>& owners)
      : processes_(&processes), owners_(&owners) {
    recent_.fill(model::kNone);
  }

  // The entry of that process: as it was when it acted.
  [[nodiscard]] std::uint32_t entry_of(model::Actor const& actor);
  // The same of one that was found by looking. start_ns 0: unknown.
  [[nodiscard]] std::uint32_t entry_of(model::Process const& process, std::uint64_t start_ns);

  void retain(std::uint32_t entry) { ++uses_[entry]; }
  void release(std::uint32_t entry);

  // Where in `owners` the run stands that is just this process, no descriptor known.
  [[nodiscard]] std::uint32_t single_owner(std::uint32_t entry) const { return singles_[entry]; }
  // Empties `owners` but for those runs, which move. Whoever refers to others must name them anew.
  void reset_owners();

  // When it was started, ns since boot; 0: unknown.
  [[nodiscard]] std::uint64_t start_ns(std::uint32_t entry) const {
    return identities_[entry].start_ns;
  }
  [[nodiscard]] bool has_changed() const { return !changed_.empty(); }
  // Entries that were filled, or filled anew, since the last call.
  [[nodiscard]] std::vector<std::uint32_t> take_changed();

 private:
  struct Identity {
    std::uint32_t pid = 0;
    std::uint64_t start_ns = 0;
    bool exact = false;  // not of /proc, which tells it by the tick and from an inexact boot time
  };
  [[nodiscard]] bool is_same(std::uint32_t entry, Identity const& other) const;
  [[nodiscard]] std::uint32_t find(Identity const& wanted) const;
  std::uint32_t add(model::Process process, Identity const& identity);

  std::vector<model::Process>* processes_;
  std::vector<model::Owner>* owners_;
  std::vector<Identity> identities_;
  std::vector<std::uint32_t> uses_;
  std::vector<std::uint32_t> singles_;
  std::unordered_map<std::uint32_t, std::uint32_t> newest_;  // by pid
  std::array<std::uint32_t, 8> recent_;                      // entries of the last actors, by pid
  std::vector<std::uint32_t> idle_;  // nothing referred to them, oldest first from idle_at_
  std::vector<bool> is_idle_;        // stands in idle_
  std::size_t idle_at_ = 0;
  std::vector<std::uint32_t> changed_;
};

}  // namespace lastack::track
