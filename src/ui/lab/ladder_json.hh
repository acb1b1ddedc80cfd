// What was played in the lab, for programs: one JSON object. Its fields are documented in
// docs/lab-formats.md; nothing in it depends on the language of who asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lab/play/story.hh"
#include "lab/scenario/scenario.hh"

namespace lastack::ui {

// The story in which the running kernel played a host.
struct KernelLadder {
  lab::Story const* story = nullptr;
  std::string_view release;  // "6.18.44"
  lab::PartId part = 0;
};

struct LadderRecord {
  std::string_view reading;
  std::uint64_t seed = 1;
  lab::Story const* lab = nullptr;
  std::optional<KernelLadder> kernel{};
};

// A line.
[[nodiscard]] std::string ladder_json(lab::Scenario const& scenario, LadderRecord const& record);

}  // namespace lastack::ui
