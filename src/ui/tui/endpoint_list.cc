#include "ui/tui/endpoint_list.hh"

#include <algorithm>
#include <utility>

#include "ui/tui/key_sort.hh"

namespace lastack::ui::tui {

using model::SocketState;

EndpointList::EndpointList(Store const& store)
    : store_(&store), row_order_(store), groups_(store, row_order_) {}

void EndpointList::set_filter(filter::Filter filter) {
  matches_.reset();  // it refers to the old one
  filter_ = std::move(filter);
  is_built_ = false;
}
void EndpointList::set_toggles(Toggles const& toggles) {
  toggles_ = toggles;
  is_built_ = false;
}
void EndpointList::set_sort(std::vector<SortColumn> sort) {
  sort_ = std::move(sort);
  is_built_ = false;
}
void EndpointList::set_naming(Naming naming) {
  naming_ = naming;
  is_built_ = false;
}
void EndpointList::set_grouping(Grouping grouping) {
  if (grouping != groups_.grouping()) groups_.set(grouping);
  is_built_ = false;
}
void EndpointList::set_folded(std::uint64_t group, bool folded) {
  auto const found = groups_.find(group);
  if (found == Groups::kNone) return;
  groups_.fold(found, folded);
  if (is_built_) build_lines();
}

std::size_t EndpointList::hidden() const { return store_->rows() - order_.size(); }

// From the beginning

void EndpointList::rebuild() {
  matches_ = std::make_unique<filter::Matcher>(filter_, store_->snapshot());
  known_processes_ = store_->snapshot().processes.size();
  row_order_.begin_anew(sort_, naming_);
  grow();
  for (Slot slot = 0; slot < store_->slot_count(); ++slot) {
    bool const listed = store_->is_used(slot) && matches(slot);
    listed_[slot] = listed ? 1 : 0;
    if (listed) row_order_.add_texts(slot);
  }
  row_order_.finish_texts();
  groups_.begin_anew();
  find_groups();
  if (groups_.is_crowded()) {
    groups_.begin_anew();
    find_groups();
  }
  groups_.sweep();

  order_.clear();
  for (Slot slot = 0; slot < store_->slot_count(); ++slot) {
    if (listed_[slot] == 0) continue;
    keys_[slot] = row_order_.key_of(slot);
    keys_[slot].group = groups_.rank(group_of_[slot]);
    rests_[slot] = row_order_.rest_of(slot);
    order_.push_back(slot);
  }
  sort_by_keys(order_, keys_);
  sort_equal_keys();
  is_built_ = true;
  build_lines();
}

// What the keys leave undecided: mostly nothing.
void EndpointList::sort_equal_keys() {
  auto const have_equal_keys = [&](Slot a, Slot b) { return keys_[a] == keys_[b]; };
  for (auto begin = order_.begin(); begin != order_.end();) {
    begin = std::adjacent_find(begin, order_.end(), have_equal_keys);
    if (begin == order_.end()) return;
    auto const end = std::find_if_not(begin, order_.end(),
                                      [&](Slot slot) { return have_equal_keys(*begin, slot); });
    std::sort(begin, end, [&](Slot a, Slot b) { return row_order_.before(a, b); });
    begin = end;
  }
}

void EndpointList::find_groups() {
  for (Slot slot = 0; slot < store_->slot_count(); ++slot) {
    group_of_[slot] = Groups::kNone;
    if (listed_[slot] == 0) continue;
    group_of_[slot] = groups_.of(slot);
    groups_.enter(group_of_[slot]);
  }
}

void EndpointList::grow() {
  auto const slots = store_->slot_count();
  if (keys_.size() >= slots) return;
  keys_.resize(slots);
  rests_.resize(slots);
  group_of_.resize(slots, Groups::kNone);
  listed_.resize(slots);
  moving_.resize(slots);
  examined_.resize(slots);
}

// What changed

void EndpointList::update(StoreChanges const& changes) {
  if (!is_built_ || changes.all || changes.names) {
    rebuild();
    return;
  }
  grow();
  learn_processes(changes.processes);
  for (auto const slot : changes.begun) examine(slot);
  for (auto const slot : changes.changed) examine(slot);
  if (groups_.grouping() == Grouping::FoldTimeWait) {
    for (auto const slot : to_examine_) groups_.ports().refresh(slot);
    for (auto const slot : changes.left) groups_.ports().refresh(slot);
    if (groups_.ports().has_changed()) examine_time_waits();
  }
  for (auto const slot : changes.left) withdraw(slot);
  for (auto const slot : to_examine_) {
    examined_[slot] = 0;
    reconsider(slot);
  }
  to_examine_.clear();
  if (row_order_.is_crowded() || groups_.is_crowded()) {
    std::ranges::fill(moving_, std::uint8_t{0});
    arriving_.clear();
    is_moving_ = false;
    rebuild();
    return;
  }
  if (!is_moving_ && arriving_.empty()) return;
  merge();
  groups_.sweep();
  build_lines();
}

void EndpointList::learn_processes(std::vector<std::uint32_t> const& processes) {
  auto const known = known_processes_;
  known_processes_ = store_->snapshot().processes.size();
  matches_->extend();
  if (processes.empty()) return;
  for (auto const process : processes) {
    if (process < known) matches_->refresh_process(process);
  }
  row_order_.refresh_processes(processes);
  groups_.refresh_processes(processes);
  if (processes.front() < known) examine_rows_of(processes);
}

void EndpointList::examine(Slot slot) {
  if (std::exchange(examined_[slot], std::uint8_t{1}) == 0) to_examine_.push_back(slot);
}

void EndpointList::examine_rows_of(std::vector<std::uint32_t> const& processes) {
  std::vector<bool> concerned(store_->snapshot().processes.size());
  for (auto const process : processes) concerned[process] = true;
  for (Slot slot = 0; slot < store_->slot_count(); ++slot) {
    for (auto const& owner : store_->snapshot().owners_of(store_->endpoint(slot))) {
      if (!concerned[owner.process]) continue;
      examine(slot);
      break;
    }
  }
}

// Something has begun to listen on their port, or has ceased.
void EndpointList::examine_time_waits() {
  for (Slot slot = 0; slot < store_->slot_count(); ++slot) {
    auto const& endpoint = store_->endpoint(slot);
    if (endpoint.state != SocketState::TimeWait) continue;
    if (groups_.ports().has_changed(endpoint.netns, endpoint.flow.local_port)) examine(slot);
  }
  groups_.ports().forget_changed();
}

bool EndpointList::matches(Slot slot) {
  auto const& endpoint = store_->endpoint(slot);
  if (!shows(toggles_, endpoint)) return false;
  if (endpoint.owner_count == 0) matches_->learn_user(endpoint.uid);
  return (*matches_)(endpoint);
}

void EndpointList::reconsider(Slot slot) {
  if (!store_->is_used(slot) || !matches(slot)) {
    withdraw(slot);
    return;
  }
  auto const group = groups_.of(slot);
  auto key = row_order_.key_of(slot);
  key.group = groups_.rank(group);
  auto const rest = row_order_.rest_of(slot);
  bool const stays = listed_[slot] != 0 && keys_[slot] == key && rests_[slot] == rest;
  if (stays) return;
  withdraw(slot);
  listed_[slot] = 1;
  keys_[slot] = key;
  rests_[slot] = rest;
  group_of_[slot] = group;
  groups_.enter(group);
  arriving_.push_back(slot);
}

void EndpointList::withdraw(Slot slot) {
  if (std::exchange(listed_[slot], std::uint8_t{0}) == 0) return;
  groups_.leave(group_of_[slot]);
  moving_[slot] = 1;
  is_moving_ = true;
}

bool EndpointList::before(Slot a, Slot b) const {
  auto const order = keys_[a] <=> keys_[b];
  return order != 0 ? order < 0 : row_order_.before(a, b);
}

// What moves is taken out in one pass; then what arrives is put in from the end on, so that
// everything is moved once.
void EndpointList::merge() {
  if (std::exchange(is_moving_, false)) {
    std::erase_if(order_, [&](Slot slot) { return std::exchange(moving_[slot], 0) != 0; });
  }
  auto const is_before = [&](Slot a, Slot b) { return before(a, b); };
  std::ranges::sort(arriving_, is_before);
  auto end = static_cast<std::ptrdiff_t>(order_.size());  // of what has not been moved yet
  order_.resize(order_.size() + arriving_.size());
  auto to = order_.end();
  for (; !arriving_.empty(); arriving_.pop_back()) {
    auto const slot = arriving_.back();
    auto const begin = order_.begin();
    auto const at = std::upper_bound(begin, begin + end, slot, is_before);
    to = std::move_backward(at, begin + end, to);
    *--to = slot;
    end = at - begin;
  }
}

// Lines

void EndpointList::build_lines() {
  heads_.clear();
  lines_.clear();
  lines_.reserve(order_.size());
  if (groups_.grouping() != Grouping::None) {
    build_grouped_lines();
    return;
  }
  lines_.resize(order_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) lines_[i].slot = order_[i];
}

void EndpointList::build_grouped_lines() {
  for (std::size_t at = 0; at < order_.size();) {
    auto const slot = order_[at];
    auto const group = group_of_[slot];
    if (group == Groups::kNone) {
      lines_.push_back({.slot = slot});
      ++at;
      continue;
    }
    heads_.push_back({.group = group, .first = at, .line = lines_.size()});
    auto const end = at + groups_.rows(group);
    auto const id = groups_.id(group);
    bool const folded = groups_.is_folded(group);
    lines_.push_back({.slot = slot,
                      .count = groups_.rows(group),
                      .group = id,
                      .folded = folded,
                      .by_local = groups_.is_of_listener(group)});
    for (; !folded && at < end; ++at) lines_.push_back({.slot = order_[at], .group = id});
    at = end;
  }
}

// Where rows have changed since update() was called, what is sorted by may have, too.
std::optional<std::size_t> EndpointList::place_of(Slot slot) const {
  if (slot >= listed_.size() || listed_[slot] == 0) return std::nullopt;
  auto found = std::lower_bound(order_.begin(), order_.end(), slot,
                                [&](Slot a, Slot b) { return before(a, b); });
  if (found == order_.end() || *found != slot) found = std::ranges::find(order_, slot);
  if (found == order_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - order_.begin());
}

std::optional<std::size_t> EndpointList::find(Slot slot) const {
  auto const place = place_of(slot);
  if (!place) return std::nullopt;
  auto const after = std::ranges::upper_bound(heads_, *place, {}, &Head::first);
  if (after == heads_.begin()) return place;
  auto const& head = *std::prev(after);
  return groups_.is_folded(head.group) ? head.line : head.line + 1 + (*place - head.first);
}

std::optional<std::size_t> EndpointList::find_group(std::uint64_t id) const {
  auto const group = groups_.find(id);
  auto const found = std::ranges::find(heads_, group, &Head::group);
  if (found == heads_.end()) return std::nullopt;
  return found->line;
}

}  // namespace lastack::ui::tui
