// The names after `state` and `exclude`: single states in every spelling in use, and the groups
// of ss(8).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "model/endpoint.hh"

namespace lastack::filter {

struct StateName {
  std::string_view name;
  model::SocketStateMask states;
  std::string_view help;  // "" for a state that needs no words
};

// One row for each name that documentation and error messages mention.
[[nodiscard]] std::span<StateName const> state_names();

// Also reads whatever tcp::parse_state reads. Case does not matter. nullopt: no such name.
[[nodiscard]] std::optional<model::SocketStateMask> states_named(std::string_view text);

}  // namespace lastack::filter
