// Fills in what is asked about the processes and users of a snapshot.
#pragma once

#include <vector>

#include "capture/procfs/proc_fs.hh"
#include "capture/procfs/process_reader.hh"
#include "model/facts.hh"
#include "model/snapshot.hh"

namespace lastack::app {

class ProcessDetails {
 public:
  // Of every process, for a filter to ask about.
  void read_all(model::Snapshot& snapshot, model::Facts facts);
  // Of the processes that own an endpoint of the snapshot.
  void read_used(model::Snapshot& snapshot, model::Facts facts);
  // Names of the uids that occur.
  static void read_users(model::Snapshot& snapshot, model::Facts facts);
  // What was cut of what is shown.
  void report(model::Unseen& unseen) const { unseen.truncated_text = for_face_.truncated(); }

 private:
  capture::procfs::ProcFs fs_;
  capture::procfs::ProcessReader for_filter_{fs_};
  capture::procfs::ProcessReader for_face_{fs_};
};

}  // namespace lastack::app
