// A dump of every socket with its owner, made on a thread of its own while events go on.
#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>

#include "base/error.hh"
#include "model/snapshot.hh"

namespace lastack::app {

class DumpTask {
 public:
  DumpTask() = default;
  DumpTask(DumpTask const&) = delete;
  DumpTask& operator=(DumpTask const&) = delete;
  ~DumpTask() = default;  // waits for the thread

  void start(bool with_owners);
  [[nodiscard]] bool is_running() const { return running_; }
  [[nodiscard]] bool is_done() const;
  // Waits for it, once after each start().
  [[nodiscard]] base::Result<model::Snapshot> take();

  [[nodiscard]] std::uint64_t begun_ns() const { return begun_ns_; }
  // How long the last one took, by the clock.
  [[nodiscard]] std::uint64_t cost_ns() const { return cost_ns_; }
  [[nodiscard]] bool with_owners() const { return with_owners_; }

 private:
  struct Work {
    std::atomic<bool> done = false;
    std::uint64_t ended_ns = 0;
    base::Result<model::Snapshot> result;
  };

  bool running_ = false;
  bool with_owners_ = false;
  std::uint64_t begun_ns_ = 0;
  std::uint64_t cost_ns_ = 0;
  std::shared_ptr<Work> work_;
  std::future<void> thread_;
};

}  // namespace lastack::app
