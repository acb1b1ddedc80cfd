#include "app/screen_feed.hh"

#include <algorithm>
#include <tuple>
#include <utility>

#include "app/clocks.hh"
#include "tcp/edges.hh"

namespace lastack::app {

using model::SocketState;
using ui::tui::Update;

namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;
// A wish is noticed that soon.
constexpr std::uint64_t kLongestTick = 200 * kMillisecond;
// Dumps correct what no event tells: queues, timers, UDP. They may take this part of the time.
constexpr std::uint64_t kDumpShare = 250;
constexpr std::uint64_t kPollShare = 10;  // where there are no events, dumps are all there is
constexpr std::uint64_t kShortestBetweenDumps = 3'000 * kMillisecond;

// Detectors look that often, unless it would take more than this part of the time.
constexpr std::uint64_t kBetweenLooks = 2'000 * kMillisecond;
constexpr std::uint64_t kLookShare = 50;
// While nothing happens.
constexpr std::uint64_t kBetweenQuietLooks = 8'000 * kMillisecond;

// Puts `line` into a ring of the last ScreenFeed::kMostLines.
template <typename Line>
void keep(std::vector<Line>& ring, std::uint64_t& count, Line const& line) {
  if (ring.size() < ScreenFeed::kMostLines) {
    ring.push_back(line);
  } else {
    ring[count % ScreenFeed::kMostLines] = line;
  }
  ++count;
}

// The ring's lines, oldest first; it is empty afterwards. Returns how many were left out.
template <typename Line>
std::uint64_t take(std::vector<Line>& ring, std::uint64_t& count, std::vector<Line>& out) {
  auto const kept = ring.size();
  auto const total = std::exchange(count, 0);
  auto const first = static_cast<std::ptrdiff_t>(total > kept ? total % kept : 0);
  std::rotate(ring.begin(), ring.begin() + first, ring.end());
  out = std::move(ring);
  ring.clear();
  return total - kept;
}

bool was_established(model::Life const& life) {
  return std::ranges::any_of(life.path(), [](model::Hop const& hop) {
    return hop.state() != SocketState::SynSent && hop.state() != SocketState::SynReceived &&
           hop.state() != SocketState::Closed && hop.state() != SocketState::Listen;
  });
}

bool is_listener(model::Life const& life) {
  return std::ranges::any_of(
      life.path(), [](model::Hop const& hop) { return hop.state() == SocketState::Listen; });
}

}  // namespace

void ScreenFeed::open(track::LiveTable& table) {
  table_ = &table;
  table.follow_changes();
  put_ns_ = 0;
}

WatchPace ScreenFeed::pace() const {
  auto const wished = mailbox_.pace();
  auto const pace_ns = std::uint64_t{wished.pace_ms} * kMillisecond;
  WatchPace pace;
  pace.tick = pace_ns == 0 ? kLongestTick : std::min(pace_ns, kLongestTick);
  pace.idle_ticks = true;
  pace.dump_share = polls_ ? kPollShare : kDumpShare;
  pace.shortest_between_dumps = std::max(pace_ns, polls_ ? pace_ns : kShortestBetweenDumps);
  if (wished.pace_ms == 0) pace.shortest_between_dumps = UINT64_MAX / 2;
  if (wished.refresh != refreshed_) pace.shortest_between_dumps = pace.dump_share = 0;
  return pace;
}

ui::tui::OwnerName ScreenFeed::owner_of(model::Life const& life) const {
  ui::tui::OwnerName owner;
  auto const& processes = table_->book().processes;
  if (life.process >= processes.size()) return owner;
  auto const& process = processes[life.process];
  owner.pid = process.pid;
  owner.start_unix_ms = process.start_unix_ms;
  auto const size = std::min(process.comm.size(), owner.comm.size() - 1);
  std::copy_n(process.comm.begin(), size, owner.comm.begin());
  return owner;
}

void ScreenFeed::transition(model::Life const& life, model::Transition const& transition) {
  if (table_ == nullptr) return;
  diagnoser_.on_transition(*table_, life, transition);
  auto const from = model::tcp_state(transition.from);
  auto const to = model::tcp_state(transition.to);
  if (from && to) {
    if (auto const* edge = tcp::find_edge(*from, *to); edge != nullptr) {
      ++totals_.edges[static_cast<std::size_t>(edge - tcp::kEdges.data())];
    }
  }
  ++totals_.transitions;
  bool const opens =
      transition.to == SocketState::SynSent ||
      (transition.to == SocketState::SynReceived && transition.from == SocketState::Listen);
  totals_.opens += opens ? 1 : 0;
  keep(stream_, stream_count_, {transition, life.endpoint, owner_of(life)});
}

void ScreenFeed::end(model::Life const& life, std::uint64_t end_ns) {
  if (table_ == nullptr) return;
  diagnoser_.on_end(*table_, life);
  if (!is_listener(life) && !was_established(life)) ++totals_.failures;
  keep(closed_, closed_count_, {life, end_ns, owner_of(life)});
}

void ScreenFeed::gap(Gap const& /*gap*/) { ++gaps_; }

void ScreenFeed::process_changed(std::uint32_t entry) { changed_processes_.insert(entry); }

void ScreenFeed::compared(model::Unseen const& unseen) {
  unseen_ = unseen;
  diagnoser_.on_unseen(unseen);
  whole_ = others_changed_ = true;
  refreshed_ = mailbox_.pace().refresh;
  put_ns_ = 0;
}

void ScreenFeed::losses(capture::bpf::RingLosses const& losses) {
  diagnoser_.on_losses(losses);
  totals_.lost = losses.lost();
  totals_.skipped = losses.skipped;
  totals_.malformed = losses.malformed;
}

bool ScreenFeed::is_due(std::uint64_t now_ns) const {
  if (put_ns_ == 0) return true;
  return wishes_.pace_ms != 0 && now_ns >= put_ns_ + std::uint64_t{wishes_.pace_ms} * kMillisecond;
}

void ScreenFeed::diagnose(std::uint64_t now_ns) {
  bool const quiet = totals_.transitions == diagnosed_transitions_;
  auto const wait =
      std::max(quiet ? kBetweenQuietLooks : kBetweenLooks, diagnoser_.cost_ns() * kLookShare);
  if (diagnosed_ns_ != 0 && now_ns < diagnosed_ns_ + wait) return;
  diagnosed_ns_ = now_ns;
  diagnosed_transitions_ = totals_.transitions;
  std::ignore = diagnoser_.look(*table_, now_ns);
  findings_changed_ = true;
}

void ScreenFeed::tick(std::uint64_t now_ns) {
  if (table_ == nullptr) return;
  diagnose(now_ns);
  if (!mailbox_.is_empty()) return;
  wishes_ = mailbox_.wishes();
  if (!is_due(now_ns)) return;
  auto update = std::make_unique<Update>();
  fill(*update, now_ns);
  put_ns_ = now_ns;
  mailbox_.put(std::move(update));
}

void ScreenFeed::finish(WatchSummary const& /*summary*/, std::uint64_t /*now_ns*/) {}

ui::tui::RowUpdate ScreenFeed::row_at(std::uint32_t place) const {
  auto const& connection = table_->at(place);
  return {.place = place,
          .endpoint = track::LiveTable::row_of(connection),
          .since_ns = connection.since_ns,
          .born_ns = connection.born_ns,
          .opened_by = connection.opened_by};
}

void ScreenFeed::fill_rows(Update& update) {
  auto changes = table_->take_changes();
  update.whole = std::exchange(whole_, false) || changes.overflowed;
  update.gone.reserve(changes.gone.size());
  for (auto const& gone : changes.gone) update.gone.push_back({gone.place, gone.cause});
  if (update.whole) {
    update.rows.reserve(table_->size());
    table_->for_each_place([&](std::uint32_t place) { update.rows.push_back(row_at(place)); });
  } else {
    update.rows.reserve(changes.rows.size());
    for (auto const place : changes.rows) update.rows.push_back(row_at(place));
  }
  update.others_told = std::exchange(others_changed_, false);
  if (update.others_told) update.others = table_->others();
}

void ScreenFeed::fill_books(Update& update) {
  auto const& book = table_->book();
  for (; told_processes_ < book.processes.size(); ++told_processes_) {
    changed_processes_.insert(static_cast<std::uint32_t>(told_processes_));
  }
  for (auto const entry : std::exchange(changed_processes_, {})) {
    if (entry < book.processes.size()) update.processes.emplace_back(entry, book.processes[entry]);
  }
  // A comparison orders the owners anew; between two they are only appended.
  update.owners_at = update.whole ? 0 : std::min(told_owners_, book.owners.size());
  update.owners.assign(book.owners.begin() + static_cast<std::ptrdiff_t>(update.owners_at),
                       book.owners.end());
  told_owners_ = book.owners.size();
  if (update.whole || told_namespaces_ != book.namespaces.size()) {
    update.namespaces = book.namespaces;
    update.interfaces = book.interfaces;
    told_namespaces_ = book.namespaces.size();
  }
  if (update.whole || told_users_ != book.users.size()) {
    update.users = book.users;
    told_users_ = book.users.size();
  }
}

void ScreenFeed::fill(Update& update, std::uint64_t now_ns) {
  fill_rows(update);
  fill_books(update);
  update.stream_left_out = take(stream_, stream_count_, update.stream);
  update.closed_left_out = take(closed_, closed_count_, update.closed);
  if (wishes_.life && *wishes_.life < table_->end_of_places()) {
    auto const& connection = table_->at(*wishes_.life);
    if (connection.in_use) update.life = ui::tui::LifeTold{*wishes_.life, connection};
  }
  update.readings = reader_.read(wishes_.sockets);
  if (std::exchange(findings_changed_, false)) {
    auto& told = update.findings.emplace();
    auto const standing = diagnoser_.board().standing();
    told.reserve(standing.size());
    for (auto const* each : standing) {
      told.push_back({each->finding, each->arose_ns, each->seen_ns == diagnosed_ns_});
    }
  }
  totals_.defects = table_->counts().defects;
  update.totals = totals_;
  update.unseen = unseen_;
  update.polled = polls_;
  update.gaps = gaps_;
  update.now_ns = now_ns;
  update.wall_offset_ns = wall_offset_ns();
}

}  // namespace lastack::app
