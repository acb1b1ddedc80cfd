#include "ui/tui/store.hh"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lastack::ui::tui {
namespace {

using model::Endpoint;

constexpr std::int64_t kNsPerMs = 1'000'000;

// A place names its row, but a row may have gone and another have come without being told so. A
// request has no cookie yet and goes by its flow until it has one.
bool is_same_row(Endpoint const& known, Endpoint const& told) {
  if (known.cookie != 0 && told.cookie != 0) return known.cookie == told.cookie;
  return known.flow == told.flow && known.netns == told.netns;
}

template <typename Line>
void keep_last(std::deque<Line>& kept, std::vector<Line>& more, std::size_t most,
               std::uint64_t& dropped) {
  std::ranges::move(more, std::back_inserter(kept));
  while (kept.size() > most) {
    kept.pop_front();
    ++dropped;
  }
}

}  // namespace

char glyph_of(Mark mark) {
  switch (mark) {
    case Mark::New: return '+';
    case Mark::Changed: return '~';
    case Mark::Gone: return '-';
    default: return ' ';
  }
}

void Store::apply(Update&& update) {
  now_ns_ = update.now_ns;
  wall_offset_ns_ = update.wall_offset_ns;
  snapshot_.taken_unix_ms = (static_cast<std::int64_t>(now_ns_) + wall_offset_ns_) / kNsPerMs;
  polled_ = update.polled;
  gaps_ = update.gaps;

  end_rows(update);  // while the book is still the one that they refer to
  take_books(update);
  bool const quiet = update.whole && !had_whole_;  // everything was there before
  OwnersMoved const moved{.rows = !owners_before_.empty() && update.whole,
                          .others = !owners_before_.empty() && update.others_told};
  for (auto const& row : update.rows) take_row(row, quiet, moved);
  had_whole_ = had_whole_ || update.whole;
  if (update.others_told) take_others(update.others, moved);
  owners_before_.clear();
  for (auto const& reading : update.readings) take_reading(reading);
  take_lines(update);
  if (update.findings) take_findings(std::move(*update.findings));
  totals_ = update.totals;
  snapshot_.unseen = std::move(update.unseen);
  expire_marks();
  history_.take(by_state_, totals_, now_ns_);
  ++version_;
}

void Store::expire(std::uint64_t now_ns) {
  now_ns_ = std::max(now_ns_, now_ns);
  expire_marks();
}

// Rows

void Store::end_rows(Update const& update) {
  for (auto const& gone : update.gone) {
    auto const slot = slot_of(gone.place);
    if (slot != kNoSlot) go(slot, gone.cause);
  }
  for (auto const& row : update.rows) {
    auto const slot = slot_of(row.place);
    if (slot != kNoSlot && !is_same_row(snapshot_.endpoints[slot], row.endpoint)) {
      go(slot, model::Cause::Unknown);
    }
  }
  if (update.whole) end_unlisted(update.rows);
  if (update.others_told) end_unlisted_others(update);
}

void Store::end_unlisted(std::vector<RowUpdate> const& rows) {
  std::vector<bool> listed(slot_of_place_.size());
  for (auto const& row : rows) {
    if (row.place < listed.size()) listed[row.place] = true;
  }
  for (Place place = 0; place < listed.size(); ++place) {
    if (!listed[place] && slot_of_place_[place] != kNoSlot) {
      go(slot_of_place_[place], model::Cause::Unknown);
    }
  }
}

void Store::end_unlisted_others(Update const& update) {
  ++others_told_;
  auto const tell = [&](Endpoint const& endpoint) {
    auto const other = others_.find(key_of(endpoint));
    if (other != others_.end()) other->second.told = others_told_;
  };
  for (auto const& endpoint : update.others) tell(endpoint);
  for (auto const& row : update.rows) {
    if (slot_of(row.place) == kNoSlot) tell(row.endpoint);  // it begins a connection
  }
  std::erase_if(others_, [&](auto const& entry) {
    auto const& [key, other] = entry;
    if (other.told == others_told_) return false;
    go(other.slot, model::Cause::Unknown);
    return true;
  });
}

void Store::take_row(RowUpdate const& row, bool quiet, OwnersMoved const& moved) {
  if (row.place >= slot_of_place_.size()) slot_of_place_.resize(row.place + 1, kNoSlot);
  auto& slot = slot_of_place_[row.place];
  if (slot == kNoSlot) {
    // A socket that was bound, or had been found without connection, begins one.
    auto const other = others_.find(key_of(row.endpoint));
    if (other != others_.end()) {
      slot = other->second.slot;
      others_.erase(other);
      renew(slot, row.endpoint, moved.others);
    } else {
      slot = begin(row.endpoint, quiet);
    }
    extras_[slot].place = row.place;
  } else {
    renew(slot, row.endpoint, moved.rows);
  }
  auto& extra = extras_[slot];
  extra.since_ns = row.since_ns;
  extra.born_ns = row.born_ns;
  extra.opened_by = row.opened_by;
}

Store::OtherKey Store::key_of(Endpoint const& endpoint) {
  return {.id = endpoint.cookie != 0 ? endpoint.cookie : endpoint.inode, .netns = endpoint.netns};
}

// Where two have one name, the first stands for both.
void Store::take_others(std::vector<Endpoint> const& others, OwnersMoved const& moved) {
  bool const quiet = others_told_ == 1;
  for (auto const& endpoint : others) {
    auto& other = others_[key_of(endpoint)];
    if (other.slot == kNoSlot) {
      other.slot = begin(endpoint, quiet);
    } else if (!other.renewed) {
      renew(other.slot, endpoint, moved.others);
    }
    other.told = others_told_;
    other.renewed = true;
  }
  for (auto& [key, other] : others_) other.renewed = false;
}

Slot Store::begin(Endpoint const& endpoint, bool quiet) {
  auto slot = log_.reuse();
  if (slot == kNoSlot) {
    slot = slot_count();
    snapshot_.endpoints.emplace_back();
    extras_.emplace_back();
    log_.grow(extras_.size());
  }
  auto const generation = extras_[slot].generation + 1;
  snapshot_.endpoints[slot] = endpoint;
  snapshot_.endpoints[slot].details = model::kNone;
  extras_[slot] = {};
  extras_[slot].generation = generation;
  extras_[slot].used = true;
  count(endpoint, +1);
  log_.begin(slot);
  if (!quiet) mark(slot, Mark::New);
  return slot;
}

void Store::renew(Slot slot, Endpoint endpoint, bool owners_moved) {
  auto& known = snapshot_.endpoints[slot];
  endpoint.details = known.details;
  auto const& book = owners_moved ? owners_before_ : snapshot_.owners;
  bool const same_owners = std::ranges::equal(
      std::span(book).subspan(known.owners_at, known.owner_count), snapshot_.owners_of(endpoint),
      [](model::Owner const& a, model::Owner const& b) {
        return a.process == b.process && a.fd == b.fd;
      });
  known.owners_at = endpoint.owners_at;  // where they stand in the book is no news
  if (same_owners && known == endpoint) return;
  bool const moved = known.state != endpoint.state;
  count(known, -1);
  count(endpoint, +1);
  known = endpoint;
  log_.touch(slot);
  if (moved) mark(slot, Mark::Changed);
}

void Store::go(Slot slot, model::Cause cause) {
  auto& extra = extras_[slot];
  if (extra.place != kNoPlace) slot_of_place_[extra.place] = kNoSlot;
  extra.place = kNoPlace;
  extra.gone_by = cause;
  count(snapshot_.endpoints[slot], -1);
  log_.touch(slot);
  mark(slot, Mark::Gone);
  if (gone_.size() <= kKeptGone) return;
  leave(gone_.front().slot);
  gone_.pop_front();
}

void Store::leave(Slot slot) {
  auto& endpoint = snapshot_.endpoints[slot];
  if (endpoint.details != model::kNone) details_of_[endpoint.details] = kNoSlot;
  endpoint = {};
  auto& extra = extras_[slot];
  if (extra.tagged) --tagged_count_;
  auto const generation = extra.generation;
  extra = {};
  extra.generation = generation;
  log_.leave(slot);
}

void Store::count(Endpoint const& endpoint, int by) {
  auto& counter = endpoint.protocol == model::Protocol::Udp
                      ? udp_
                      : by_state_[static_cast<std::size_t>(endpoint.state)];
  counter += static_cast<std::uint32_t>(by);
  alive_ += static_cast<std::size_t>(by);
}

// Marks

void Store::mark(Slot slot, Mark mark) {
  auto& extra = extras_[slot];
  extra.mark = mark;
  extra.marked_ns = now_ns_;
  (mark == Mark::Gone ? gone_ : marked_).push_back({slot, now_ns_});
}

// Of several marks of a row the last one counts; what the queue has of the others is passed over.
void Store::expire_marks() {
  bool changed = false;
  auto const is_over = [&](std::deque<Marked> const& queue) {
    return !queue.empty() && queue.front().when_ns + flash_ns_ <= now_ns_;
  };
  for (; is_over(marked_); marked_.pop_front()) {
    auto const [slot, when_ns] = marked_.front();
    auto& extra = extras_[slot];
    bool const holds = extra.used && extra.marked_ns == when_ns &&
                       (extra.mark == Mark::New || extra.mark == Mark::Changed);
    if (!holds) continue;
    extra.mark = Mark::None;
    log_.touch(slot);
    changed = true;
  }
  for (; is_over(gone_); gone_.pop_front()) {
    leave(gone_.front().slot);
    changed = true;
  }
  if (changed) ++version_;
}

// Readings

void Store::take_reading(SocketReading const& reading) {
  auto slot = slot_of(reading.place);
  if (reading.place == kNoPlace) {
    auto const other = others_.find({reading.cookie, reading.netns});
    if (other != others_.end()) slot = other->second.slot;
  }
  if (slot == kNoSlot) return;
  auto& endpoint = snapshot_.endpoints[slot];
  if (endpoint.cookie != reading.cookie) return;  // of the row that had the place before
  endpoint.recv_queue = reading.recv_queue;
  endpoint.send_queue = reading.send_queue;
  endpoint.timer_ms = reading.timer_ms;
  endpoint.timer = reading.timer;
  endpoint.retransmits = reading.retransmits;
  if (endpoint.details == model::kNone) endpoint.details = details_for(slot);
  snapshot_.details[endpoint.details] = reading.details;
  log_.touch(slot);
}

// An entry of nobody, or a new one, or that of the row that was given one longest ago.
std::uint32_t Store::details_for(Slot slot) {
  if (details_of_.size() < kKeptDetails) {
    details_of_.push_back(slot);
    snapshot_.details.emplace_back();
    return static_cast<std::uint32_t>(details_of_.size() - 1);
  }
  auto const entry = static_cast<std::uint32_t>(oldest_details_);
  oldest_details_ = (oldest_details_ + 1) % kKeptDetails;
  auto const before = std::exchange(details_of_[entry], slot);
  if (before != kNoSlot) {
    snapshot_.endpoints[before].details = model::kNone;
    log_.touch(before);
  }
  return entry;
}

// Lines

void Store::take_findings(std::vector<FindingTold>&& findings) {
  findings_ = std::move(findings);
  flags_.clear();
  for (auto const& told : findings_) {
    for (auto const cookie : told.finding.cookies) {
      flags_.emplace(cookie, told.finding.severity);  // the gravest comes first
    }
  }
}

std::optional<model::Severity> Store::flag_of(std::uint64_t cookie) const {
  if (flags_.empty() || cookie == 0) return std::nullopt;
  auto const found = flags_.find(cookie);
  return found == flags_.end() ? std::nullopt : std::optional(found->second);
}

void Store::take_lines(Update& update) {
  keep_last(stream_, update.stream, kKeptLines, stream_dropped_);
  keep_last(closed_, update.closed, kKeptLives, closed_dropped_);
  stream_left_out_ += update.stream_left_out;
  closed_left_out_ += update.closed_left_out;
}

}  // namespace lastack::ui::tui
