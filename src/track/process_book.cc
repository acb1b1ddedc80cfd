#include "track/process_book.hh"

#include <algorithm>
#include <utility>

namespace lastack::track {
namespace {

// What a dump tells of start times is this exact (/proc/stat tells the boot time in seconds).
constexpr std::uint64_t kStartTolerance = 2'000'000'000;

bool is_about(std::uint64_t a, std::uint64_t b) {
  return (a > b ? a - b : b - a) <= kStartTolerance;
}

}  // namespace

bool ProcessBook::is_same(std::uint32_t entry, Identity const& other) const {
  auto const& identity = identities_[entry];
  if (identity.pid != other.pid) return false;
  if (identity.exact && other.exact) return identity.start_ns == other.start_ns;
  return other.start_ns == 0 || identity.start_ns == 0 ||
         is_about(identity.start_ns, other.start_ns);
}

std::uint32_t ProcessBook::find(Identity const& wanted) const {
  auto const found = newest_.find(wanted.pid);
  if (found == newest_.end() || !is_same(found->second, wanted)) return model::kNone;
  return found->second;
}

std::uint32_t ProcessBook::entry_of(model::Actor const& actor) {
  Identity const identity{actor.pid, actor.start_ns, true};
  auto& recent = recent_[actor.pid % recent_.size()];
  bool const hit = recent != model::kNone && is_same(recent, identity);
  auto entry = hit ? recent : find(identity);
  if (entry == model::kNone) {
    model::Process process;
    process.pid = actor.pid;
    process.comm = actor.name();
    process.uid = actor.uid;
    process.uid_known = true;
    entry = add(std::move(process), identity);
  } else if ((*processes_)[entry].comm != actor.name()) {  // exec() or prctl()
    (*processes_)[entry].comm = actor.name();
    changed_.push_back(entry);
  }
  identities_[entry] = identity;
  recent = entry;
  return entry;
}

std::uint32_t ProcessBook::entry_of(model::Process const& process, std::uint64_t start_ns) {
  Identity const identity{process.pid, start_ns, false};
  auto const entry = find(identity);
  if (entry == model::kNone) return add(process, identity);
  auto& known = (*processes_)[entry];
  if (!process.comm.empty() && known.comm != process.comm) {
    known.comm = process.comm;
    changed_.push_back(entry);
  }
  return entry;
}

std::uint32_t ProcessBook::add(model::Process process, Identity const& identity) {
  std::uint32_t entry = model::kNone;
  // the oldest of those that nothing has come to refer to again
  while (idle_.size() - idle_at_ > kMaxIdle && entry == model::kNone) {
    auto const oldest = idle_[idle_at_++];
    is_idle_[oldest] = false;
    if (uses_[oldest] == 0) entry = oldest;
  }
  if (idle_at_ > kMaxIdle) {
    idle_.erase(idle_.begin(), idle_.begin() + static_cast<std::ptrdiff_t>(idle_at_));
    idle_at_ = 0;
  }
  if (entry == model::kNone) {
    entry = static_cast<std::uint32_t>(processes_->size());
    processes_->emplace_back();
    identities_.emplace_back();
    uses_.push_back(0);
    is_idle_.push_back(false);
    singles_.push_back(static_cast<std::uint32_t>(owners_->size()));
    owners_->push_back({.process = entry, .fd = -1});
  } else {
    auto const old = newest_.find(identities_[entry].pid);
    if (old != newest_.end() && old->second == entry) newest_.erase(old);
  }
  identities_[entry] = identity;
  newest_[process.pid] = entry;
  (*processes_)[entry] = std::move(process);
  changed_.push_back(entry);
  return entry;
}

void ProcessBook::release(std::uint32_t entry) {
  if (--uses_[entry] > 0 || is_idle_[entry]) return;
  is_idle_[entry] = true;
  idle_.push_back(entry);
}

void ProcessBook::reset_owners() {
  owners_->clear();
  for (std::uint32_t entry = 0; entry < singles_.size(); ++entry) {
    singles_[entry] = entry;
    owners_->push_back({.process = entry, .fd = -1});
  }
}

std::vector<std::uint32_t> ProcessBook::take_changed() { return std::exchange(changed_, {}); }

}  // namespace lastack::track
