// Which bars of a ladder stand beside each other: the ends of connections that a host has at once.
#pragma once

#include <cstddef>
#include <vector>

#include "lab/play/story.hh"

namespace lastack::ui {

struct Lanes {
  std::vector<std::size_t> of_line;   // of the story; only those of changes count
  std::vector<std::size_t> per_part;  // at least one
  // Of lines of changes: the bar goes on as it is. Nobody tells the listeners of a host apart: they
  // are one bar as long as there is one of them.
  std::vector<bool> goes_on;
};

// An end of a connection keeps its lane; one that is over gives it free.
[[nodiscard]] Lanes ladder_lanes(lab::Story const& story, std::size_t parts);

// The end is over: CLOSED, or back to a listener that has never left.
[[nodiscard]] bool ends_life(lab::StateLine const& change);

}  // namespace lastack::ui
