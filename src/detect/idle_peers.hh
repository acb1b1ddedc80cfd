// Connections that a router on the way may have forgotten without anybody having noticed.
#pragma once

#include "detect/detector.hh"

namespace lastack::detect {

// Appends, for each process, what it has open through a NAT without keepalive, and silent for
// `idle_s` seconds. The findings are the detector's.
void find_idle_behind_nat(Detector const& detector, Scene const& scene, double idle_s,
                          Findings& found);

}  // namespace lastack::detect
