// The part of the live table that keeps count of what changed.
#include <utility>

#include "track/live_table.hh"

namespace lastack::track {

// What is there already is nothing new.
void LiveTable::follow_changes() {
  follows_changes_ = true;
  for (std::uint32_t place = 0; place < slots_.end(); ++place) slots_[place].is_new = false;
}

void LiveTable::note_change(std::uint32_t place) {
  auto& connection = slots_[place];
  if (connection.is_touched) return;
  connection.is_touched = true;
  touched_.push_back({place, connection.generation, 0});
}

void LiveTable::note_end(std::uint32_t place) {
  auto const& connection = slots_[place];
  if (connection.is_new) {
    ++changes_.passed;
  } else if (changes_.gone.size() < Changes::kMostGone) {
    changes_.gone.push_back({place, connection.ended_by});
  } else {
    changes_.overflowed = true;
  }
}

Changes LiveTable::take_changes() {
  for (auto const& entry : std::exchange(touched_, {})) {
    auto& connection = slots_[entry.place];
    if (connection.generation != entry.generation) continue;  // gone
    changes_.rows.push_back(entry.place);
    connection.is_new = connection.is_touched = false;
  }
  return std::exchange(changes_, {});
}

model::Endpoint LiveTable::row_of(Connection const& connection) {
  auto row = connection.endpoint;
  if (connection.is_mini) {
    bool const time_wait = row.state == model::SocketState::TimeWait;
    row.no_owner = time_wait ? model::NoOwner::TimeWaitSocket : model::NoOwner::Orphan;
  } else if (connection.is_request) {
    row.no_owner = model::NoOwner::RequestSocket;
  }
  return row;
}

}  // namespace lastack::track
