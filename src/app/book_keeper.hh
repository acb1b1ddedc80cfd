// Keeps the live table's book complete: what /proc tells about processes that act, and the names
// of their users.
#pragma once

#include <cstdint>
#include <set>

#include "capture/procfs/proc_fs.hh"
#include "capture/procfs/process_reader.hh"
#include "model/facts.hh"
#include "track/live_table.hh"

namespace lastack::app {

class BookKeeper {
 public:
  BookKeeper(track::LiveTable& table, model::Facts facts) : table_(table), facts_(facts) {}

  // Reads what is asked about that entry's process, if it still runs; what it was when it acted
  // stays as it is.
  void complete(std::uint32_t entry);
  // Looks the name of a user up, once, where names of users are asked for.
  void name_user(std::uint32_t uid);
  // True where there is anything to read at all.
  [[nodiscard]] bool is_needed() const { return facts_ != model::Facts(); }

 private:
  [[nodiscard]] bool is_same_process(std::uint32_t entry, model::Process const& found) const;

  track::LiveTable& table_;
  model::Facts facts_;
  std::set<std::uint32_t> asked_;  // users
  capture::procfs::ProcFs fs_;
  capture::procfs::ProcessReader reader_{fs_};
};

}  // namespace lastack::app
