// Hands what the live table knows from the thread that keeps it to any number of readers.
//
// The writer publishes when it likes and never waits for a reader; a reader gets an immutable
// snapshot that stays as it is for as long as the reader keeps it, and what changed since the one
// that it saw before. A reader that comes rarely gets the changes of several publications at once;
// one that is too far behind is told to compare for itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "model/snapshot.hh"
#include "track/changes.hh"
#include "track/live_table.hh"

namespace lastack::track {

struct Publication {
  std::uint64_t version = 0;
  std::shared_ptr<model::Snapshot const> snapshot;  // null: nothing was published yet
  // Since the version that was asked for, oldest first.
  std::vector<std::shared_ptr<Changes const>> changes;
  bool behind = false;  // the changes since then are no longer kept: the snapshot is all there is
};

class Publisher {
 public:
  // Changes of so many publications are kept for readers that are late.
  static constexpr std::size_t kKept = 64;

  // Makes the table keep count of changes. The table must outlive it.
  explicit Publisher(LiveTable& table);

  // Of the thread that keeps the table.
  void publish();

  // Of any thread. `seen`: the version that the reader had, 0: none.
  [[nodiscard]] Publication since(std::uint64_t seen) const;

 private:
  LiveTable& table_;
  std::mutex mutable mutex_;  // held for copying pointers, never for work
  std::uint64_t version_ = 0;
  std::shared_ptr<model::Snapshot const> snapshot_;
  std::deque<std::shared_ptr<Changes const>> changes_;  // the last one belongs to version_
};

}  // namespace lastack::track
