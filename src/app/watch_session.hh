// One run of `watch`: the ring of events, the live table, dumps beside it, and the face.
#pragma once

#include <cstdint>
#include <string>

#include "app/book_keeper.hh"
#include "app/counter_check.hh"
#include "app/dump_task.hh"
#include "app/stop_request.hh"
#include "app/watch_face.hh"
#include "app/watch_options.hh"
#include "app/watch_sink.hh"
#include "base/output.hh"
#include "capture/bpf/transition_ring.hh"
#include "filter/filter.hh"
#include "track/live_table.hh"

namespace lastack::app {

class WatchSession {
 public:
  WatchSession(WatchOptions const& options, filter::Filter const& filter, base::Output& output,
               StopRequest const& stop);
  // With another face than the options ask for.
  WatchSession(WatchOptions const& options, filter::Filter const& filter, base::Output& output,
               StopRequest const& stop, std::unique_ptr<WatchFace> face);

  // By events where there is a ring, else by polling.
  [[nodiscard]] base::Result<WatchSummary> run(std::optional<capture::bpf::TransitionRing> ring);
  // By events of the kernel, until it is told to stop. Error: they cannot be had, or the first
  // look at what there is failed.
  [[nodiscard]] base::Result<WatchSummary> run_by_events(capture::bpf::TransitionRing ring);
  // What no rule of TCP allows, in words.
  [[nodiscard]] std::vector<std::string> const& defects() const { return table_.defects(); }
  // What the table has now; after a run, what there was at its end.
  [[nodiscard]] model::Snapshot snapshot() const { return table_.snapshot(); }
  [[nodiscard]] track::LiveTable const& table() const { return table_; }
  // By dumps alone.
  [[nodiscard]] base::Result<WatchSummary> run_by_polling();

 private:
  class Applier;

  void open();
  void announce(std::string_view how) const;
  [[nodiscard]] bool is_over(std::uint64_t now_ns) const;
  [[nodiscard]] base::Result<void> look_first(capture::bpf::TransitionRing& ring);
  std::size_t drain(capture::bpf::TransitionRing& ring);
  [[nodiscard]] bool drain_all(capture::bpf::TransitionRing& ring);
  [[nodiscard]] std::chrono::milliseconds idle_time(std::uint64_t now_ns) const;
  [[nodiscard]] bool is_poll_due(std::uint64_t now_ns) const;
  [[nodiscard]] std::chrono::milliseconds time_to_poll() const;
  [[nodiscard]] std::uint64_t end_ns() const;
  void watch_losses(capture::bpf::TransitionRing const& ring, std::uint64_t now_ns);
  void tell_losses(capture::bpf::TransitionRing const& ring, std::uint64_t now_ns);
  [[nodiscard]] std::uint64_t dump_interval() const;
  void reconcile_when_due(capture::bpf::TransitionRing& ring, std::uint64_t now_ns);
  [[nodiscard]] base::Result<void> reconcile(capture::bpf::TransitionRing* ring, bool first);
  void look_once_more(capture::bpf::TransitionRing& ring);
  void tick_when_due(std::uint64_t now_ns);
  void flush();
  [[nodiscard]] WatchSummary summary(capture::bpf::TransitionRing const* ring) const;

  WatchOptions const& options_;
  filter::Filter const& filter_;
  base::Output& output_;
  StopRequest const& stop_;
  WatchSink sink_;
  track::LiveTable table_;
  BookKeeper keeper_;
  ui::StreamClock clock_;
  std::unique_ptr<WatchFace> face_;
  DumpTask dump_;
  CounterCheck counters_;
  capture::bpf::RingLosses losses_;  // already told
  capture::bpf::RingLosses at_start_;
  track::Counts counts_at_start_;
  model::Unseen first_unseen_;  // of the first dump
  std::uint64_t started_ns_ = 0;
  std::uint64_t losses_looked_ns_ = 0;
  std::uint64_t dumped_ns_ = 0;
  std::uint64_t previous_dump_ns_ = 0;
  std::uint64_t next_tick_ns_ = 0;
  std::uint64_t gaps_ = 0;
  std::size_t known_namespaces_ = 0;  // at the last dump, which tells their names
  bool is_busy_ = false;              // many records came at once
  int dumps_after_loss_ = 0;          // still to be made
  int dumps_after_skip_ = 0;
};

}  // namespace lastack::app
