// From what happened to what it means. Pure.
#pragma once

#include "model/probe.hh"

namespace lastack::act {

// By everything in `result` but its verdict.
[[nodiscard]] model::ProbeVerdict decide(model::ProbeResult const& result);

}  // namespace lastack::act
