// One line when a connection is over: its path with the time in each state, what it carried, who
// opened it, who closed first, how it ended.
#pragma once

#include <cstdint>
#include <string>

#include "ui/stream/transition_text.hh"

namespace lastack::ui {

class LifeText {
 public:
  LifeText(model::Snapshot const& book, StreamClock& clock, LineStyle style,
           std::uint64_t own_netns)
      : book_(&book), clock_(&clock), owners_(book), style_(style), own_netns_(own_netns) {}

  void append(std::string& out, model::Life const& life, std::uint64_t end_ns);

  [[nodiscard]] OwnerLabels& owners() { return owners_; }

 private:
  void append_path(std::string& out, model::Life const& life) const;

  model::Snapshot const* book_;
  StreamClock* clock_;
  OwnerLabels owners_;
  LineStyle style_;
  std::uint64_t own_netns_;
  StickyColumns columns_;
};

}  // namespace lastack::ui
