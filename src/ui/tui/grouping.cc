#include "ui/tui/grouping.hh"

#include <algorithm>
#include <cstring>

namespace lastack::ui::tui {
namespace {

using model::SocketState;

// The first bits of ranks: what belongs to no group stands above all groups.
constexpr std::uint64_t kFirstKind = std::uint64_t{1} << 61U;
constexpr std::uint64_t kSecondKind = std::uint64_t{2} << 61U;

}  // namespace

// Ports

void ListenedPorts::begin_anew() {
  port_of_.clear();
  listeners_.clear();
  for (Slot slot = 0; slot < store_->slot_count(); ++slot) refresh(slot);
  changed_.clear();
}

void ListenedPorts::refresh(Slot slot) {
  auto const& endpoint = store_->endpoint(slot);
  bool const listens = store_->is_used(slot) && endpoint.state == SocketState::Listen;
  auto const known = port_of_.find(slot);
  if (!listens && known == port_of_.end()) return;
  auto const port = key(endpoint.netns, endpoint.flow.local_port);
  if (known != port_of_.end()) {
    if (listens && known->second == port) return;
    remove(known->second);
    port_of_.erase(known);
  }
  if (!listens) return;
  port_of_.emplace(slot, port);
  add(port);
}

void ListenedPorts::add(std::uint64_t port) {
  if (++listeners_[port] == 1) changed_.insert(port);
}

void ListenedPorts::remove(std::uint64_t port) {
  if (--listeners_[port] > 0) return;
  listeners_.erase(port);
  changed_.insert(port);
}

// Groups

Groups::Groups(Store const& store, RowOrder const& order)
    : store_(&store), order_(&order), ports_(store), groups_(1) {}

std::size_t Groups::Hash::operator()(Key const& key) const {
  std::array<std::uint64_t, 2> halves{};
  std::memcpy(halves.data(), key.address.bytes.data(), sizeof halves);
  auto const numbers = std::uint64_t{key.netns} << 32U | std::uint64_t{key.port} << 8U |
                       static_cast<std::uint64_t>(key.kind);
  constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15U;
  auto const hash = ((numbers * kMix ^ halves[0]) * kMix ^ halves[1]) * kMix;
  return hash ^ (hash >> 32U);
}

void Groups::set(Grouping grouping) {
  grouping_ = grouping;
  groups_.resize(1);
  index_.clear();
  free_.clear();
  peers_.clear();
}

void Groups::begin_anew() {
  for (auto& group : groups_) group.rows = 0;
  if (grouping_ == Grouping::FoldTimeWait) ports_.begin_anew();
  peers_.spread();
  refresh_ranks();
}

void Groups::refresh_ranks() {
  for (auto const& [key, group] : index_) groups_[group].rank = rank_of(key);
}

// An entry that is another process now begins a group of its own.
void Groups::refresh_processes(std::vector<std::uint32_t> const& indexes) {
  if (grouping_ != Grouping::ByProcess) return;
  for (auto const process : indexes) {
    Key const key{.kind = Kind::Process, .address = {}, .netns = process};
    auto const found = index_.find(key);
    if (found == index_.end()) continue;
    auto& group = groups_[found->second];
    group.rank = rank_of(key);
    if (group.pid == pid_of(key)) continue;
    group.pid = pid_of(key);
    group.folded = folded_at_first();
    group.generation = ++generation_;
  }
}

Groups::Key Groups::key_of(Slot slot) const {
  auto const& endpoint = store_->endpoint(slot);
  if (grouping_ == Grouping::ByProcess) {
    if (endpoint.owner_count == 0) {
      return {.kind = Kind::Nobody,
              .address = {},
              .netns = static_cast<std::uint32_t>(endpoint.no_owner)};
    }
    auto const owner = store_->snapshot().owners[endpoint.owners_at];
    return {.kind = Kind::Process, .address = {}, .netns = owner.process};
  }
  bool const folds = grouping_ == Grouping::FoldTimeWait && endpoint.state == SocketState::TimeWait;
  if (!folds) return {};
  auto const& flow = endpoint.flow;
  if (ports_.has(endpoint.netns, flow.local_port)) {
    return {
        .kind = Kind::Listener, .address = {}, .port = flow.local_port, .netns = endpoint.netns};
  }
  return {.kind = Kind::Peer,
          .family = endpoint.family,
          .address = flow.remote,
          .port = flow.remote_port,
          .netns = endpoint.netns};
}

std::uint64_t Groups::rank_of(Key const& key) {
  switch (key.kind) {
    case Kind::None: return 0;
    case Kind::Listener:
      return kFirstKind | std::uint64_t{key.port} << 32U | std::uint64_t{key.netns};
    case Kind::Peer: return kSecondKind | peers_.add(key)->second;
    case Kind::Process: return kFirstKind | order_->processes().of(key.netns);
    case Kind::Nobody: return kSecondKind | key.netns;
  }
  return 0;
}

std::uint32_t Groups::pid_of(Key const& key) const {
  return key.kind == Kind::Process ? store_->snapshot().processes[key.netns].pid : 0;
}

std::uint32_t Groups::of(Slot slot) {
  if (grouping_ == Grouping::None) return kNone;
  auto const key = key_of(slot);
  if (key.kind == Kind::None) return kNone;
  auto const found = index_.find(key);
  return found == index_.end() ? add(key) : found->second;
}

std::uint32_t Groups::add(Key const& key) {
  auto group = static_cast<std::uint32_t>(groups_.size());
  if (free_.empty()) {
    groups_.emplace_back();
  } else {
    group = free_.back();
    free_.pop_back();
  }
  groups_[group] = {.key = key,
                    .rank = rank_of(key),
                    .rows = 0,
                    .generation = ++generation_,
                    .pid = pid_of(key),
                    .folded = folded_at_first()};
  index_.emplace(key, group);
  return group;
}

void Groups::sweep() {
  std::erase_if(index_, [&](auto const& entry) {
    auto const& [key, group] = entry;
    if (groups_[group].rows > 0) return false;
    if (key.kind == Kind::Peer) peers_.erase(peers_.add(key));
    free_.push_back(group);
    return true;
  });
}

std::uint64_t Groups::id(std::uint32_t group) const {
  if (group == kNone) return 0;
  return (std::uint64_t{groups_[group].generation} << 32U) | group;
}

std::uint32_t Groups::find(std::uint64_t id) const {
  auto const group = static_cast<std::uint32_t>(id & 0xffff'ffffU);
  if (group == kNone || group >= groups_.size()) return kNone;
  auto const& known = groups_[group];
  return known.rows > 0 && known.generation == id >> 32U ? group : kNone;
}

}  // namespace lastack::ui::tui
