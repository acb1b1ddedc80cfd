#include "app/watch_findings.hh"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/clocks.hh"
#include "app/command.hh"
#include "app/findings_face.hh"
#include "app/page_style.hh"
#include "app/watch_ring.hh"
#include "app/watch_session.hh"
#include "ui/findings/findings_json.hh"
#include "ui/findings/findings_text.hh"
#include "ui/stream/clock.hh"

namespace lastack::app {
namespace {

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

}  // namespace

std::expected<DiagnosisSetup, int> findings_setup(WatchOptions const& options,
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
  setup.baseline_file = options.detectors.baseline.value_or("");
  return setup;
}

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
  auto summary = session.run(std::move(*ring));
  for (auto const& defect : session.defects()) complain("watch", "defect: " + defect);
  if (auto const left_out = diagnoser.board().left_out(); left_out > 0) {
    complain("watch", fmt::format("{} more findings found no room", left_out));
  }
  if (summary) summary->filtered = false;  // no transition was shown
  return summary;
}

}  // namespace lastack::app
