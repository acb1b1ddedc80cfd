#include "app/findings_face.hh"

#include <algorithm>

namespace lastack::app {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kTick = kSecond / 4;
// A look is made once a second, unless it would take more than this part of the time.
constexpr std::uint64_t kLookInterval = kSecond;
constexpr std::uint64_t kLookShare = 20;
// Queues and timers are told by dumps alone.
constexpr std::uint64_t kBetweenDumps = 5 * kSecond;
constexpr std::uint64_t kDumpShare = 50;
constexpr std::uint64_t kPollShare = 10;

}  // namespace

void FindingsFace::open(track::LiveTable& table) { table_ = &table; }

WatchPace FindingsFace::pace() const {
  WatchPace pace;
  pace.tick = kTick;
  pace.idle_ticks = true;
  pace.shortest_between_dumps = polls_ ? kSecond : kBetweenDumps;
  pace.dump_share = polls_ ? kPollShare : kDumpShare;
  return pace;
}

void FindingsFace::transition(model::Life const& life, model::Transition const& transition) {
  if (table_ != nullptr) diagnoser_.on_transition(*table_, life, transition);
}

void FindingsFace::end(model::Life const& life, std::uint64_t /*end_ns*/) {
  if (table_ != nullptr) diagnoser_.on_end(*table_, life);
}

void FindingsFace::compared(model::Unseen const& unseen) { diagnoser_.on_unseen(unseen); }

void FindingsFace::losses(capture::bpf::RingLosses const& losses) { diagnoser_.on_losses(losses); }

void FindingsFace::tick(std::uint64_t now_ns) {
  if (table_ == nullptr) return;
  auto const wait = std::max(kLookInterval, diagnoser_.cost_ns() * kLookShare);
  if (looked_ns_ != 0 && now_ns < looked_ns_ + wait) return;
  looked_ns_ = now_ns;
  tell_(diagnoser_.look(*table_, now_ns), now_ns);
}

}  // namespace lastack::app
