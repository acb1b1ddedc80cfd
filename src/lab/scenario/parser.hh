// Reads scenario files. The grammar is in docs/scenarios.md.
#pragma once

#include <string_view>

#include "base/error.hh"
#include "lab/scenario/scenario.hh"

namespace lastack::lab {

inline constexpr std::size_t kMostSteps = 10'000;
inline constexpr std::size_t kMostParts = 16;

// Error: "FILE:LINE:COLUMN: expected ..., found ...". Columns count bytes from 1.
[[nodiscard]] base::Result<Scenario> parse_scenario(std::string_view file, std::string_view text);

}  // namespace lastack::lab
