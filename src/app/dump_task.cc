#include "app/dump_task.hh"

#include <chrono>
#include <utility>

#include "app/background.hh"
#include "app/clocks.hh"
#include "app/collect.hh"

namespace lastack::app {

void DumpTask::start(bool with_owners) {
  running_ = true;
  with_owners_ = with_owners;
  begun_ns_ = monotonic_ns();
  work_ = std::make_shared<Work>();
  thread_ = in_background([work = work_, with_owners] {
    CollectRequest request;
    if (with_owners) request.facts = model::Fact::Owners | model::Fact::StartTime;
    work->result = collect(request);
    work->ended_ns = monotonic_ns();
    work->done.store(true, std::memory_order_release);
  });
}

bool DumpTask::is_done() const {
  if (!running_) return false;
  if (work_->done.load(std::memory_order_acquire)) return true;
  // ready: it has thrown; deferred: no thread could be had, and it runs when it is taken
  return thread_.wait_for(std::chrono::seconds(0)) != std::future_status::timeout;
}

base::Result<model::Snapshot> DumpTask::take() {
  thread_.get();
  running_ = false;
  cost_ns_ = work_->ended_ns - begun_ns_;
  return std::move(work_->result);
}

}  // namespace lastack::app
