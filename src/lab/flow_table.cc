#include "lab/flow_table.hh"

#include <utility>

namespace lastack::lab {

std::size_t FlowTable::place_of(Flow const& flow) const {
  auto place = home_of(flow);
  while (entries_[place].id != kNoSocket && entries_[place].flow != flow) place = after(place);
  return place;
}

SocketId FlowTable::find(Flow const& flow) const { return entries_[place_of(flow)].id; }

void FlowTable::put(Flow const& flow, SocketId id) {
  if (2 * (used_ + 1) > entries_.size()) grow();
  auto& entry = entries_[place_of(flow)];
  if (entry.id == kNoSocket) ++used_;
  entry = {flow, id};
}

// What was pushed on by it moves back: no place is left marked.
void FlowTable::erase(Flow const& flow) {
  auto gap = place_of(flow);
  if (entries_[gap].id == kNoSocket) return;
  --used_;
  for (auto place = after(gap); entries_[place].id != kNoSocket; place = after(place)) {
    auto const mask = entries_.size() - 1;
    auto const from_home = (place - home_of(entries_[place].flow)) & mask;
    if (from_home < ((place - gap) & mask)) continue;
    entries_[gap] = entries_[place];
    gap = place;
  }
  entries_[gap].id = kNoSocket;
}

void FlowTable::grow() {
  auto const old = std::exchange(entries_, std::vector<Entry>(2 * entries_.size()));
  for (auto const& entry : old) {
    if (entry.id != kNoSocket) entries_[place_of(entry.flow)] = entry;
  }
}

}  // namespace lastack::lab
