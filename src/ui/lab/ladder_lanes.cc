#include "ui/lab/ladder_lanes.hh"

#include <algorithm>
#include <optional>

namespace lastack::ui {

bool ends_life(lab::StateLine const& change) {
  bool const listener = change.flow == lab::kNoFlow;
  return change.to == tcp::State::Closed || (change.to == tcp::State::Listen && !listener);
}

Lanes ladder_lanes(lab::Story const& story, std::size_t parts) {
  Lanes lanes{.of_line = std::vector<std::size_t>(story.lines.size()),
              .per_part = std::vector<std::size_t>(parts, 1),
              .goes_on = std::vector<bool>(story.lines.size())};
  std::vector<std::size_t> listeners(parts);
  using Taken = std::optional<lab::FlowId>;  // by whom; nullopt: it is free
  std::vector<std::vector<Taken>> taken(parts);
  for (std::size_t i = 0; i < story.lines.size(); ++i) {
    auto const& line = story.lines[i];
    auto const* change = std::get_if<lab::StateLine>(&line.what);
    if (change == nullptr) continue;
    auto& mine = taken[line.part];
    auto found = std::ranges::find(mine, Taken(change->flow));
    if (found == mine.end()) found = std::ranges::find(mine, Taken());
    if (found == mine.end()) found = mine.insert(mine.end(), Taken());
    lanes.of_line[i] = static_cast<std::size_t>(found - mine.begin());
    if (change->flow == lab::kNoFlow) {
      auto& count = listeners[line.part];
      bool const ends = ends_life(*change);
      lanes.goes_on[i] = ends ? count > 1 : count > 0;
      if (ends && count > 0) --count;
      if (!ends) ++count;
      if (lanes.goes_on[i]) continue;
    }
    if (ends_life(*change)) {
      found->reset();
    } else {
      *found = change->flow;
    }
    lanes.per_part[line.part] = std::max(lanes.per_part[line.part], mine.size());
  }
  return lanes;
}

}  // namespace lastack::ui
