// Who probed what, with which result, in the system log (syslog, and with it the journal).
#pragma once

#include <span>

#include "model/probe.hh"

namespace lastack::app {

struct ProbeLogEntry {
  model::ProbeTarget const* target = nullptr;
  model::ProbeResult const* result = nullptr;
};

// A line for each of a few; of many one line with counts for each host.
void log_probe(std::span<ProbeLogEntry const> entries);

}  // namespace lastack::app
