// `lastack watch`: every TCP state change of the machine, as it happens.
#include <unistd.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/clocks.hh"
#include "app/command.hh"
#include "app/diagnoser.hh"
#include "app/findings_face.hh"
#include "app/names.hh"
#include "app/page_style.hh"
#include "app/stop_request.hh"
#include "app/watch_options.hh"
#include "app/watch_ring.hh"
#include "app/watch_session.hh"
#include "base/output.hh"
#include "filter/filter.hh"
#include "ui/findings/findings_json.hh"
#include "ui/findings/findings_text.hh"
#include "ui/stream/clock.hh"

namespace lastack::app {
namespace {

base::Result<WatchSummary> run_session(WatchSession& session,
                                       std::optional<capture::bpf::TransitionRing> ring) {
  auto summary = session.run(std::move(ring));
  for (auto const& defect : session.defects()) complain("watch", "defect: " + defect);
  return summary;
}

base::Result<WatchSummary> run(WatchOptions const& options, filter::Filter const& filter,
                               base::Output& output, StopRequest const& stop) {
  auto ring = attach_ring(options, filter, "watch");
  if (!ring) return std::unexpected(ring.error());
  WatchSession session(options, filter, output, stop);
  return run_session(session, std::move(*ring));
}

// A line, or an object, for each finding that arises, gets worse or is over.
class ChangeWriter {
 public:
  ChangeWriter(WatchOptions const& options, base::Output& output)
      : json_(options.json),
        style_(page_style(options.detectors.language, options.color)),
        output_(output) {}

  void operator()(std::span<detect::Change const> changes, std::uint64_t now_ns) {
    auto const offset = wall_offset_ns();
    clock_.set_offset(offset);
    std::map<std::string_view, std::size_t> told;  // by detector
    for (auto const& change : changes) {
      auto const& finding = change.standing->finding;
      if (json_) {
        auto const extras = ui::extras_of(change, now_ns, offset);
        ui::write_finding_json(output_, finding, style_.language, extras);
      } else if (++told[finding.detector] <= kMostOfAKind) {
        append(ui::finding_line(style_, change, clock(now_ns)));
      }
    }
    for (auto const& [detector, count] : told) {
      if (count <= kMostOfAKind) continue;
      auto const text = fmt::format(fmt::runtime(kMore.in(style_.language)), count - kMostOfAKind);
      append(fmt::format("{}   {}  {}", clock(now_ns), detector, text));
    }
  }

 private:
  // Lines of a detector at one moment; a flood is counted.
  static constexpr std::size_t kMostOfAKind = 8;
  static constexpr base::Phrase kMore{"{} more changes of this kind", "同类变化还有 {} 项"};

  std::string clock(std::uint64_t now_ns) {
    std::string time;
    clock_.append_local(time, now_ns);
    return time;
  }
  void append(std::string_view line) {
    output_.append(line);
    output_.append("\n");
  }

  bool json_;
  ui::PageStyle style_;
  base::Output& output_;
  ui::StreamClock clock_;
};

base::Result<WatchSummary> run_findings(WatchOptions const& options, DiagnosisSetup setup,
                                        base::Output& output, StopRequest const& stop) {
  auto const filter = setup.filter;
  auto ring = attach_ring(options, filter, "watch");
  if (!ring) return std::unexpected(ring.error());
  setup.events = ring->has_value();
  if (!setup.events) setup.no_events_why = options.poll ? "--poll" : "BPF";
  Diagnoser diagnoser(std::move(setup));
  WatchSession session(
      options, filter, output, stop,
      std::make_unique<FindingsFace>(diagnoser, !ring->has_value(), ChangeWriter(options, output)));
  return run_session(session, std::move(*ring));
}

// What detectors need besides; or the exit status where something is wrong with it, and said.
std::expected<DiagnosisSetup, int> setup_of(WatchOptions const& options,
                                            filter::Filter const& filter) {
  DiagnosisSetup setup;
  setup.filter = filter;
  auto config = detector_config(options.detectors);
  if (!config) {
    complain("watch", config.error().message);
    return std::unexpected(kExitUsage);
  }
  auto baseline = known_baseline(options.detectors);
  if (!baseline) {
    complain("watch", baseline.error().message);
    return std::unexpected(kExitFailure);
  }
  setup.config = std::move(*config);
  setup.baseline = std::move(*baseline);
  return setup;
}

}  // namespace

int run_watch(std::span<char const* const> arguments) {
  auto const options = parse_watch_options(arguments);
  if (!options) return options.error();
  auto const filter = filter::parse(options->filter, SystemNames(), filter::Scope::Transitions);
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
  bool const finds = options->view == WatchView::Findings;
  auto setup = finds ? setup_of(*options, *filter) : DiagnosisSetup();
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
