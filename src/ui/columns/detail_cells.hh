// Cells of what the kernel says beyond the common facts: tcp_info, memory, congestion
// control. Endpoints without such details have unknown cells.
#pragma once

#include <concepts>
#include <cstdint>

#include "ui/columns/number_cells.hh"

namespace lastack::ui {

// A member of SocketDetails; its own "unknown" becomes kUnknown64.
template <auto Field>
std::uint64_t detail(Row const& row) {
  auto const* details = row.view.snapshot.details_of(row.endpoint);
  if (details == nullptr) return model::kUnknown64;
  auto const value = details->*Field;
  if constexpr (std::same_as<decltype(value), std::uint32_t const>) {
    if (value == model::kUnknown32) return model::kUnknown64;
  }
  return value;
}

template <auto Field>
inline constexpr Cells kDetailCells = kNumberCells<detail<Field>>;
template <auto Field, NumberFormat Format>
inline constexpr Cells kDetailQuantityCells = kQuantityCells<detail<Field>, Format>;

// TCP_INFINITE_SSTHRESH, no loss seen yet, is as good as unknown.
[[nodiscard]] std::uint64_t slow_start_threshold(Row const& row);

extern Cells const kCongestionCells;
extern Cells const kMemoryCells;
extern Cells const kShutdownCells;

}  // namespace lastack::ui
