// All scenarios that come with lastack, each with the running kernel as each host that it can play.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hh"
#include "ui/lab/check_text.hh"

namespace lastack::app {

// `look`: as of do_apart(). What was not played until it said "enough" is left out. A difference
// counts when it comes three times: again it is played alone, on a quieter machine.
[[nodiscard]] base::Result<std::vector<ui::CheckedScenario>> check_scenarios(
    std::function<bool(std::size_t done, std::size_t all)> const& look,
    std::function<bool()> const& stop);

}  // namespace lastack::app
