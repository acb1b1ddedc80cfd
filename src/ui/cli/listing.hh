// What is shown, whatever the face: these columns of these endpoints, in this order.
#pragma once

#include <cstddef>
#include <span>

#include "ui/cli/order.hh"
#include "ui/columns/table.hh"

namespace lastack::ui {

struct Listing {
  model::Snapshot const& snapshot;
  std::span<std::uint32_t const> rows;  // indices into snapshot.endpoints, all different
  std::span<Column const* const> columns;
  Naming naming{};
};

// Calls visit(endpoint) for each row, in order. A sorted listing jumps through memory, and
// waiting for it would take longer than printing: what comes soon is fetched ahead.
template <typename Visit>
void for_each_row(Listing const& listing, Visit const& visit) {
  constexpr std::size_t kFar = 16;  // rows ahead: the endpoint
  constexpr std::size_t kNear = 8;  // its owners, once the endpoint is there
  auto const& [snapshot, rows, columns, naming] = listing;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + kFar < rows.size()) {
      auto const* bytes = reinterpret_cast<char const*>(&snapshot.endpoints[rows[i + kFar]]);
      __builtin_prefetch(bytes);
      __builtin_prefetch(bytes + sizeof(model::Endpoint) - 1);
    }
    if (i + kNear < rows.size()) {
      auto const& soon = snapshot.endpoints[rows[i + kNear]];
      __builtin_prefetch(snapshot.owners.data() + soon.owners_at);
    }
    visit(snapshot.endpoints[rows[i]]);
  }
}

}  // namespace lastack::ui
