// Scenarios by name or out of a file.
#pragma once

#include <string>

#include "base/error.hh"
#include "lab/scenario/scenario.hh"

namespace lastack::app {

// A name of the library, or a path: what has a '/' or ends in ".lab".
[[nodiscard]] base::Result<lab::Scenario> find_scenario(std::string const& name_or_path);

}  // namespace lastack::app
