// What `lastack lab check` prints and saves.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lab/comparison.hh"

namespace lastack::ui {

// Tab-separated, with a heading: state, segment, reply, state_before, state_after, socket_error.
[[nodiscard]] std::string cells_table(std::span<lab::Cell const> cells);

struct CheckedMatrix {
  std::string_view kernel;   // "6.18.44"
  std::string_view reading;  // "linux"
  std::span<lab::Cell const> of_kernel;
  std::span<lab::Cell const> of_reading;
};

// How many cells of each situation are equal, and each that is not.
[[nodiscard]] std::string check_text(CheckedMatrix const& checked);

// A scenario with the running kernel as one of its hosts.
struct CheckedScenario {
  std::string name;
  std::string host;
  std::string difference;  // empty: equal
};

// Each scenario with its hosts, and what differs.
[[nodiscard]] std::string scenarios_text(std::span<CheckedScenario const> checked);

}  // namespace lastack::ui
