// `lastack watch --findings`: what detectors find, as it arises and is over.
#pragma once

#include <expected>

#include "app/diagnoser.hh"
#include "app/stop_request.hh"
#include "app/watch_face.hh"
#include "app/watch_options.hh"
#include "base/error.hh"
#include "base/output.hh"
#include "filter/filter.hh"

namespace lastack::app {

// What detectors need; or the exit status where something is wrong with it, and said.
[[nodiscard]] std::expected<DiagnosisSetup, int> findings_setup(WatchOptions const& options,
                                                                filter::Filter const& filter);
[[nodiscard]] base::Result<WatchSummary> run_findings(WatchOptions const& options,
                                                      DiagnosisSetup setup, base::Output& output,
                                                      StopRequest const& stop);

}  // namespace lastack::app
