#include "app/watch_session.hh"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <thread>
#include <tuple>
#include <utility>

#include "app/clocks.hh"
#include "app/command.hh"

namespace lastack::app {

using capture::bpf::TransitionRing;
using std::chrono::milliseconds;

namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;

// Events are taken out of the ring that often; only after a while without any does lastack sleep
// until the next one wakes it.
constexpr milliseconds kRound{10};
constexpr int kQuietRounds = 20;
constexpr std::uint64_t kLongestSleep = 5 * kSecond;
// What belongs together has arrived by then.
constexpr std::uint64_t kSettled = 10 * kMillisecond;

constexpr std::uint64_t kLossInterval = 200 * kMillisecond;
// A dump may cost at most this share of the time, one in …, where it is wanted soon.
constexpr std::uint64_t kSkipDumpShare = 30;
// Not in the midst of a load: its next events show most of what was skipped, and it has no time to
// spare.
constexpr std::size_t kBusyRound = 1000;  // records in a round
constexpr std::uint64_t kBusyDumpShare = 200;
constexpr std::uint64_t kBusyDumpInterval = 10 * kSecond;
constexpr std::uint64_t kLossDumpShare = 20;
// Two, because what is missing in one may have been missed by the dump.
constexpr int kDumpsAfterLoss = 2;

std::uint64_t own_netns() {
  struct stat info{};
  return ::stat("/proc/self/ns/net", &info) == 0 ? info.st_ino : 0;
}

model::Facts facts_needed(WatchOptions const& options, filter::Filter const& filter) {
  return facts_of(options) | filter.facts();
}

}  // namespace

class WatchSession::Applier : public capture::bpf::EventSink {
 public:
  explicit Applier(track::LiveTable& table) : table_(table) {}
  void on_event(model::SocketEvent const& event) override {
    table_.apply(event);
    if (++count_ % kSettleEach == 0) table_.settle(event.time_ns - kSlack);
  }

 private:
  // What waits for a decision is gone through for each request, so it must not pile up.
  static constexpr std::uint64_t kSettleEach = 1024;
  // Records of two CPUs may stand in the ring in another order than their times.
  static constexpr std::uint64_t kSlack = 50 * kMillisecond;

  track::LiveTable& table_;
  std::uint64_t count_ = 0;
};

WatchSession::WatchSession(WatchOptions const& options, filter::Filter const& filter,
                           base::Output& output, StopRequest const& stop)
    : WatchSession(options, filter, output, stop, nullptr) {
  face_ = make_face(options, output, table_.book(), clock_, own_netns());
}

WatchSession::WatchSession(WatchOptions const& options, filter::Filter const& filter,
                           base::Output& output, StopRequest const& stop,
                           std::unique_ptr<WatchFace> face)
    : options_(options),
      filter_(filter),
      output_(output),
      stop_(stop),
      sink_(options),
      table_(sink_),
      keeper_(table_, facts_needed(options, filter)),
      face_(std::move(face)) {
  clock_.set_offset(wall_offset_ns());
}

base::Result<WatchSummary> WatchSession::run(std::optional<TransitionRing> ring) {
  if (ring) return run_by_events(std::move(*ring));
  return run_by_polling();
}

base::Result<WatchSummary> WatchSession::run_by_events(TransitionRing ring) {
  if (!ring.nameless().empty()) table_.expect_no_callers();
  if (auto const looked = look_first(ring); !looked) return std::unexpected(looked.error());
  announce("watching every TCP state change of the machine");
  int quiet = 0;
  for (;;) {
    auto const count = drain(ring);
    quiet = count > 0 ? 0 : quiet + 1;
    is_busy_ = count > kBusyRound;
    auto const now = monotonic_ns();
    if (stop_.came() || is_over(now)) break;
    watch_losses(ring, now);
    reconcile_when_due(ring, now);
    tick_when_due(now);
    flush();
    if (count >= TransitionRing::kRound) continue;  // more are waiting
    if (quiet < kQuietRounds || dump_.is_running()) {
      (void)stop_.wait(kRound);
    } else {
      ring.wait(idle_time(now), stop_.fd());
    }
  }
  look_once_more(ring);
  auto const skipped = ring.losses().since(at_start_).skipped;
  auto compared = counters_.end(table_, skipped, [&] { (void)drain_all(ring); });
  auto told = summary(&ring);
  told.kernel = std::move(compared.pairs);
  told.uncompared = compared.uncompared;
  face_->finish(told, monotonic_ns());
  return told;
}

base::Result<WatchSummary> WatchSession::run_by_polling() {
  auto const look = [&](bool first) {
    table_.expect_dump();
    dump_.start(true);
    return reconcile(nullptr, first);
  };
  if (auto const looked = look(true); !looked) return std::unexpected(looked.error());
  open();
  announce("watching by polling");
  while (!stop_.wait(time_to_poll()) && !is_over(monotonic_ns())) {
    if (is_poll_due(monotonic_ns())) {
      if (auto const looked = look(false); !looked) return std::unexpected(looked.error());
      dumped_ns_ = monotonic_ns();
    }
    tick_when_due(monotonic_ns());
    flush();
  }
  auto told = summary(nullptr);
  told.polled = true;
  face_->finish(told, monotonic_ns());
  return told;
}

// Events that come while the first dump is made are applied, but not shown.
base::Result<void> WatchSession::look_first(TransitionRing& ring) {
  table_.expect_dump();
  dump_.start(true);
  while (!dump_.is_done()) {
    drain(ring);
    (void)stop_.wait(milliseconds(1));
    if (stop_.came()) break;
  }
  if (auto looked = reconcile(&ring, true); !looked) return looked;
  counters_.begin(table_, [&] { drain(ring); });
  open();
  losses_ = at_start_ = ring.losses();
  losses_looked_ns_ = monotonic_ns();
  return {};
}

void WatchSession::open() {
  started_ns_ = monotonic_ns();
  counts_at_start_ = table_.counts();
  dumped_ns_ = started_ns_;
  known_namespaces_ = table_.book().namespaces.size();
  next_tick_ns_ = started_ns_ + face_->pace().tick;
  sink_.open(table_, keeper_, *face_, filter_);
  face_->open(table_);
  face_->compared(first_unseen_);
}

void WatchSession::announce(std::string_view how) const {
  if (options_.view == WatchView::Everything) return;  // the screen says it
  (void)std::fprintf(stderr, "%.*s; Ctrl-C ends\n", static_cast<int>(how.size()), how.data());
  (void)std::fflush(stderr);
}

bool WatchSession::is_over(std::uint64_t now_ns) const {
  if (output_.stopped() || sink_.is_full()) return true;
  return options_.duration && now_ns >= end_ns();
}

std::size_t WatchSession::drain(TransitionRing& ring) {
  auto const before = monotonic_ns();
  Applier applier(table_);
  auto const count = ring.consume(applier);
  if (count < TransitionRing::kRound) table_.settle(before);  // else older ones still wait
  return count;
}

// False where records come as fast as they are read.
bool WatchSession::drain_all(TransitionRing& ring) {
  auto const enough = monotonic_ns() + kSecond;
  while (drain(ring) >= TransitionRing::kRound) {
    if (monotonic_ns() > enough) return false;
  }
  return true;
}

// Until something is due.
milliseconds WatchSession::idle_time(std::uint64_t now_ns) const {
  auto due = std::min(now_ns + kLongestSleep, dumped_ns_ + dump_interval());
  if (options_.duration) due = std::min(due, end_ns());
  if (face_->pace().idle_ticks) due = std::min(due, next_tick_ns_);
  return milliseconds(due > now_ns ? (due - now_ns) / kMillisecond + 1 : 1);
}

bool WatchSession::is_poll_due(std::uint64_t now_ns) const {
  auto const pace = face_->pace();
  auto const wait = std::max(pace.shortest_between_dumps, dump_.cost_ns() * pace.dump_share);
  return !pace.idle_ticks || now_ns >= dumped_ns_ + wait;
}

// Until the next look, or the end if that comes before.
milliseconds WatchSession::time_to_poll() const {
  auto const pace = face_->pace();
  auto const interval =
      pace.idle_ticks ? milliseconds(pace.tick / kMillisecond) : options_.interval;
  if (!options_.duration) return interval;
  auto const now = monotonic_ns();
  auto const left = end_ns() > now ? (end_ns() - now) / kMillisecond + 1 : 0;
  return std::min(interval, milliseconds(left));
}

std::uint64_t WatchSession::end_ns() const {
  auto const duration = options_.duration.value_or(milliseconds(0));
  return started_ns_ + static_cast<std::uint64_t>(duration.count()) * kMillisecond;
}

void WatchSession::watch_losses(TransitionRing const& ring, std::uint64_t now_ns) {
  if (now_ns >= losses_looked_ns_ + kLossInterval) tell_losses(ring, now_ns);
}

void WatchSession::tell_losses(TransitionRing const& ring, std::uint64_t now_ns) {
  auto const losses = ring.losses();
  auto const news = losses.since(losses_);
  auto const lost = news.lost();
  if (lost > 0) {
    ++gaps_;
    face_->gap({.time_ns = now_ns, .since_ns = losses_looked_ns_, .lost = lost});
  }
  if (lost > 0 || news.malformed > 0) dumps_after_loss_ = kDumpsAfterLoss;
  // What was skipped mostly shows by the next event of the same socket.
  if (news.skipped > 0) dumps_after_skip_ = kDumpsAfterLoss;
  if (lost > 0 || news.malformed > 0 || news.skipped > 0) table_.doubt_absences();
  losses_ = losses;
  face_->losses(losses.since(at_start_));
  losses_looked_ns_ = now_ns;
  clock_.set_offset(wall_offset_ns());
}

// How long after the last dump the next one may be begun.
std::uint64_t WatchSession::dump_interval() const {
  if (dumps_after_loss_ > 0) return dump_.cost_ns() * kLossDumpShare;
  bool const nameless = table_.book().namespaces.size() != known_namespaces_;
  if (dumps_after_skip_ > 0 && is_busy_ && !nameless) {
    return std::max(kBusyDumpInterval, dump_.cost_ns() * kBusyDumpShare);
  }
  if (dumps_after_skip_ > 0 || nameless) return std::max(kSecond, dump_.cost_ns() * kSkipDumpShare);
  auto const pace = face_->pace();
  return std::max(pace.shortest_between_dumps, dump_.cost_ns() * pace.dump_share);
}

void WatchSession::reconcile_when_due(TransitionRing& ring, std::uint64_t now_ns) {
  if (dump_.is_done()) {
    if (auto const done = reconcile(&ring, false); !done) {
      complain("watch", "looking at all sockets: " + done.error().message);
    }
    dumped_ns_ = now_ns;
    return;
  }
  if (dump_.is_running() || now_ns < dumped_ns_ + dump_interval()) return;
  dumps_after_loss_ = std::max(0, dumps_after_loss_ - 1);
  dumps_after_skip_ = std::max(0, dumps_after_skip_ - 1);
  table_.expect_dump();
  dump_.start(true);
  known_namespaces_ = table_.book().namespaces.size();
}

// `ring`: none when polling. What happened while the dump was made must have been applied.
base::Result<void> WatchSession::reconcile(TransitionRing* ring, bool first) {
  auto const seen = dump_.take();
  bool const caught_up = ring == nullptr || drain_all(*ring) || first;
  if (!seen || !caught_up) {
    table_.forget_dump();
    dumps_after_skip_ = std::max(dumps_after_skip_, 1);  // another one soon, in its place
  }
  if (!seen) return std::unexpected(seen.error());
  if (!caught_up) return {};  // the next dump will do
  auto const now = monotonic_ns();
  (void)table_.reconcile(*seen, {.begun_ns = dump_.begun_ns(),
                                 .now_ns = now,
                                 .previous_ns = std::exchange(previous_dump_ns_, dump_.begun_ns()),
                                 .first = first,
                                 .polling = ring == nullptr,
                                 .boot_offset_ns = boot_offset_ns(),
                                 .owners_known = dump_.with_owners()});
  if (first) {
    first_unseen_ = seen->unseen;
  } else {
    sink_.book_changed();
    face_->compared(seen->unseen);
  }
  return {};
}

// What was missed at the very end is found before the summary says how much there was.
void WatchSession::look_once_more(TransitionRing& ring) {
  (void)drain_all(ring);
  if (dump_.is_running()) std::ignore = dump_.take();  // others follow where they are needed
  tell_losses(ring, monotonic_ns());
  auto wanted = std::max(dumps_after_loss_, dumps_after_skip_);
  for (; wanted > 0 && !output_.stopped(); --wanted) {
    table_.expect_dump();
    dump_.start(true);
    while (!dump_.is_done()) {
      drain(ring);
      std::this_thread::sleep_for(milliseconds(1));
    }
    if (auto const done = reconcile(&ring, false); !done) {
      complain("watch", "looking at all sockets: " + done.error().message);
      break;
    }
  }
  drain(ring);
  table_.settle(monotonic_ns() + kSettled);
}

void WatchSession::tick_when_due(std::uint64_t now_ns) {
  if (now_ns < next_tick_ns_) return;
  next_tick_ns_ = now_ns + face_->pace().tick;
  face_->tick(now_ns);
}

void WatchSession::flush() {
  if (!output_.buffer().empty()) output_.flush();
}

WatchSummary WatchSession::summary(TransitionRing const* ring) const {
  auto const& counts = table_.counts();
  WatchSummary told;
  told.duration_ns = monotonic_ns() - started_ns_;
  told.shown = sink_.shown();
  told.filtered = !filter_.empty();
  told.events = counts.events - counts_at_start_.events;
  told.transitions = counts.transitions - counts_at_start_.transitions;
  told.inferred = counts.inferred - counts_at_start_.inferred;
  told.begun = counts.begun - counts_at_start_.begun;
  told.ended = counts.ended - counts_at_start_.ended;
  told.alive = table_.size();
  told.defects = counts.defects - counts_at_start_.defects;
  told.gaps = gaps_;
  if (ring != nullptr) {
    auto losses = ring->losses().since(at_start_);
    told.lost = losses.lost();
    told.lost_by_cpu = std::move(losses.ring_full);
    told.skipped = losses.skipped;
    told.malformed = losses.malformed;
  }
  return told;
}

}  // namespace lastack::app
