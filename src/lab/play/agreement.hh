// Two stories of one scenario held against each other: what came in both, what in one only.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "lab/play/story.hh"

namespace lastack::lab {

// Indices of lines; nullopt: the other story has no such line.
struct Pairing {
  std::optional<std::size_t> one{};
  std::optional<std::size_t> other{};
  bool late = false;  // in both, but at another time than a clock's inexactness explains

  [[nodiscard]] bool agrees() const { return one && other && !late; }
};

// What a host does about one connection is compared in its order, and so are its calls; between
// these the order may differ, as what happens at the same time in two places has none. Windows, PSH
// and times within the kernel's timer granularity are not compared. In the order of `one`.
[[nodiscard]] std::vector<Pairing> compare(Story const& one, Story const& other);

[[nodiscard]] std::size_t disagreements(std::vector<Pairing> const& pairings);

}  // namespace lastack::lab
