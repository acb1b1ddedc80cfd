// What `watch` prints. One face for each view and format; all write to one buffered output.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/counter_check.hh"
#include "app/watch_options.hh"
#include "base/output.hh"
#include "capture/bpf/transition_ring.hh"
#include "model/facts.hh"
#include "model/life.hh"
#include "model/snapshot.hh"
#include "model/transition.hh"
#include "track/live_table.hh"
#include "ui/stream/clock.hh"

namespace lastack::app {

struct WatchSummary {
  std::uint64_t duration_ns = 0;
  std::uint64_t shown = 0;  // lines
  std::uint64_t events = 0;
  std::uint64_t transitions = 0;
  std::uint64_t inferred = 0;
  std::uint64_t begun = 0;
  std::uint64_t ended = 0;
  std::uint64_t alive = 0;
  std::uint64_t lost = 0;
  std::vector<capture::bpf::RingLosses::ByKind> lost_by_cpu;
  std::uint64_t skipped = 0;
  std::uint64_t gaps = 0;
  std::uint64_t defects = 0;
  std::uint64_t malformed = 0;
  bool polled = false;
  bool filtered = false;
  std::vector<CounterPair> kernel;  // its counters beside ours; none: not compared
  std::size_t uncompared = 0;       // namespaces where something happened, not there at both ends
};

struct Gap {
  std::uint64_t time_ns = 0;  // when it was noticed
  std::uint64_t since_ns = 0;
  std::uint64_t lost = 0;  // records
};

// How often the session does what it does by the clock, ns.
struct WatchPace {
  static constexpr std::uint64_t kSecond = 1'000'000'000;

  std::uint64_t tick = kSecond;  // between calls of WatchFace::tick()
  std::uint64_t shortest_between_dumps = 30 * kSecond;
  std::uint64_t dump_share = 2000;  // a dump may cost this part of the time, one in …
  bool idle_ticks = false;          // tick() also while nothing happens
};

class WatchFace {
 public:
  WatchFace() = default;
  WatchFace(WatchFace const&) = delete;
  WatchFace& operator=(WatchFace const&) = delete;
  virtual ~WatchFace() = default;

  virtual void transition(model::Life const& life, model::Transition const& transition) = 0;
  virtual void end(model::Life const& life, std::uint64_t end_ns) = 0;
  virtual void gap(Gap const& gap) = 0;
  virtual void process_changed(std::uint32_t entry) = 0;
  // As often as pace() says.
  virtual void tick(std::uint64_t now_ns) = 0;
  // Asked before each wait.
  [[nodiscard]] virtual WatchPace pace() const { return {}; }
  // Before the first of the others: the table that they are about, complete by the first dump.
  virtual void open(track::LiveTable& table) { (void)table; }
  // The table was compared with a dump: owners and namespaces may stand elsewhere now.
  virtual void compared(model::Unseen const& unseen) { (void)unseen; }
  // Losses so far, told a few times a second.
  virtual void losses(capture::bpf::RingLosses const& losses) { (void)losses; }
  virtual void finish(WatchSummary const& summary, std::uint64_t now_ns) = 0;
};

// What the view must know of processes besides pid and name.
[[nodiscard]] model::Facts facts_of(WatchOptions const& options);

// `book`, `clock` and `output` must outlive it.
[[nodiscard]] std::unique_ptr<WatchFace> make_face(WatchOptions const& options,
                                                   base::Output& output,
                                                   model::Snapshot const& book,
                                                   ui::StreamClock& clock, std::uint64_t own_netns);

// The summary as people read it, some lines.
[[nodiscard]] std::string summary_text(WatchSummary const& summary);

}  // namespace lastack::app
