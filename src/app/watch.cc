// `lastack watch`: every TCP state change of the machine, as it happens.
#include <unistd.h>

#include <string>
#include <utility>

#include "app/command.hh"
#include "app/names.hh"
#include "app/stop_request.hh"
#include "app/watch_findings.hh"
#include "app/watch_options.hh"
#include "app/watch_ring.hh"
#include "app/watch_session.hh"
#include "base/output.hh"
#include "filter/filter.hh"

namespace lastack::app {
namespace {

base::Result<WatchSummary> run(WatchOptions const& options, filter::Filter const& filter,
                               base::Output& output, StopRequest const& stop) {
  auto ring = attach_ring(options, filter, "watch");
  if (!ring) return std::unexpected(ring.error());
  WatchSession session(options, filter, output, stop);
  auto summary = session.run(std::move(*ring));
  for (auto const& defect : session.defects()) complain("watch", "defect: " + defect);
  return summary;
}

}  // namespace

int run_watch(std::span<char const* const> arguments) {
  auto const options = parse_watch_options(arguments);
  if (!options) return options.error();
  bool const finds = options->view == WatchView::Findings;
  auto const scope = finds ? filter::Scope::Endpoints : filter::Scope::Transitions;
  auto const filter = filter::parse(options->filter, SystemNames(), scope);
  if (!filter) {
    complain("watch", "filter: " + filter.error().message);
    return kExitUsage;
  }
  auto const stop = StopRequest::install();
  if (!stop) {
    complain("watch", stop.error().message);
    return kExitFailure;
  }
  base::Output output(STDOUT_FILENO);
  auto setup = finds ? findings_setup(*options, *filter) : DiagnosisSetup();
  if (!setup) return setup.error();
  auto const summary = finds ? run_findings(*options, std::move(*setup), output, *stop)
                             : run(*options, *filter, output, *stop);
  auto const written = output.finish("stdout");
  if (!summary || !written) {
    complain("watch", !summary ? summary.error().message : written.error().message);
    return kExitFailure;
  }
  if (!options->json && !output.closed()) complain("watch", summary_text(*summary));
  return kExitOk;
}

}  // namespace lastack::app
