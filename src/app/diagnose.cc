// `lastack diagnose`: what is wrong, why, and what to do.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/baseline_file.hh"
#include "app/clocks.hh"
#include "app/collect.hh"
#include "app/command.hh"
#include "app/diagnose_options.hh"
#include "app/diagnoser.hh"
#include "app/findings_face.hh"
#include "app/names.hh"
#include "app/page_style.hh"
#include "app/stop_request.hh"
#include "app/watch_ring.hh"
#include "app/watch_session.hh"
#include "base/output.hh"
#include "base/text.hh"
#include "ui/findings/detector_list.hh"
#include "ui/findings/findings_json.hh"
#include "ui/findings/findings_text.hh"

namespace lastack::app {
namespace {

// What was found in the time stands until the end.
constexpr std::uint64_t kHoldAll = UINT64_MAX / 32;

class Diagnosis {
 public:
  Diagnosis(DiagnoseOptions const& options, detect::Config config,
            std::optional<detect::Baseline> baseline, filter::Filter filter)
      : options_(options),
        config_(std::move(config)),
        baseline_(std::move(baseline)),
        filter_(std::move(filter)) {}

  [[nodiscard]] int run(StopRequest const& stop);

 private:
  [[nodiscard]] base::Result<void> look(StopRequest const& stop);
  [[nodiscard]] base::Result<void> watch(StopRequest const& stop);
  [[nodiscard]] base::Result<void> look_at_all(track::LiveTable const* table);
  void make_diagnoser(bool events, std::string why);
  void announce() const;
  void learn_if_asked();
  [[nodiscard]] int finish_learning();
  [[nodiscard]] int report();

  DiagnoseOptions const& options_;
  detect::Config config_;
  std::optional<detect::Baseline> baseline_;
  filter::Filter filter_;
  detect::Baseline learned_;
  std::size_t news_ = 0;
  std::unique_ptr<Diagnoser> diagnoser_;
};

void Diagnosis::make_diagnoser(bool events, std::string why) {
  diagnoser_ = std::make_unique<Diagnoser>(
      DiagnosisSetup{.config = config_,
                     .baseline = baseline_,
                     .baseline_file = options_.detectors.baseline.value_or(""),
                     .filter = filter_,
                     .events = events,
                     .no_events_why = std::move(why),
                     .hold_ns = kHoldAll});
}

void Diagnosis::announce() const {
  if (::isatty(STDERR_FILENO) == 0) return;
  auto const seconds = static_cast<double>(options_.duration.count()) / 1000;
  complain("diagnose", fmt::format("watching for {:g} s; Ctrl-C reports at once", seconds));
}

base::Result<void> Diagnosis::look_at_all(track::LiveTable const* table) {
  auto snapshot = collect({.facts = kDiagnosisFacts, .only = {}, .filter = {}, .netns = {}});
  if (!snapshot) return std::unexpected(snapshot.error());
  std::ignore = diagnoser_->look(std::move(*snapshot), table, monotonic_ns());
  learn_if_asked();
  return {};
}

void Diagnosis::learn_if_asked() {
  if (options_.learn) news_ += detect::learn(learned_, diagnoser_->snapshot(), diagnoser_->rows());
}

base::Result<void> Diagnosis::watch(StopRequest const& stop) {
  WatchOptions options;
  options.view = WatchView::Everything;
  options.poll = options_.poll;
  options.duration = options_.duration;
  auto ring = attach_ring(options, filter_, "diagnose");
  if (!ring) return std::unexpected(ring.error());
  bool const events = ring->has_value();
  make_diagnoser(events, options_.poll ? "--poll" : events ? "" : "BPF");
  announce();
  base::Output output(STDOUT_FILENO);  // nothing is written to it
  auto const tell = [&](std::span<detect::Change const> /*changes*/, std::uint64_t /*now_ns*/) {
    learn_if_asked();
  };
  WatchSession session(options, filter_, output, stop,
                       std::make_unique<FindingsFace>(*diagnoser_, !events, tell));
  auto const summary = session.run(std::move(*ring));
  if (!summary) return std::unexpected(summary.error());
  return look_at_all(&session.table());
}

base::Result<void> Diagnosis::look(StopRequest const& stop) {
  if (options_.duration.count() > 0) return watch(stop);
  make_diagnoser(false, "--for 0s");
  return look_at_all(nullptr);
}

int Diagnosis::run(StopRequest const& stop) {
  if (baseline_) learned_ = *baseline_;
  if (auto const looked = look(stop); !looked) {
    complain("diagnose", looked.error().message);
    return kExitFailure;
  }
  return options_.learn ? finish_learning() : report();
}

int Diagnosis::finish_learning() {
  auto const path = baseline_file(options_.detectors);
  if (auto const written = write_baseline(path, learned_); !written) {
    complain("diagnose", written.error().message);
    return kExitFailure;
  }
  return print(fmt::format("{} knows {} and {}; {} new\n", base::printable(path),
                           base::counted(learned_.talkers.size(), "program", "programs"),
                           base::counted(learned_.listeners.size(), "listener", "listeners"),
                           news_));
}

int Diagnosis::report() {
  base::Output output(STDOUT_FILENO);
  auto const style = page_style(options_.detectors.language, options_.color);
  std::vector<model::Finding> findings;
  auto const standing = diagnoser_->board().standing();
  findings.reserve(standing.size());
  for (auto const* each : standing) findings.push_back(each->finding);
  if (options_.json) {
    ui::JsonExtras extras;
    extras.wall_offset_ns = wall_offset_ns();
    for (auto const& finding : findings) {
      ui::write_finding_json(output, finding, style.language, extras);
    }
  } else {
    std::size_t on = 0;
    for (std::size_t i = 0; i < detect::detectors().size(); ++i) on += config_.is_on(i) ? 1U : 0U;
    ui::write_report(output, style, findings, monotonic_ns(),
                     {.detectors = on, .sockets = diagnoser_->rows().size()});
  }
  if (auto const written = output.finish("stdout"); !written) {
    complain("diagnose", written.error().message);
    return kExitFailure;
  }
  if (auto const left_out = diagnoser_->board().left_out(); left_out > 0) {
    complain("diagnose", fmt::format("{} more findings found no room", left_out));
  }
  bool const fails = options_.fail_on && std::ranges::any_of(findings, [&](auto const& each) {
                       return each.severity >= *options_.fail_on;
                     });
  return fails ? kExitFindings : kExitOk;
}

int list_detectors(DiagnoseOptions const& options, detect::Config const& config) {
  base::Output output(STDOUT_FILENO);
  auto const style = page_style(options.detectors.language, options.color);
  if (options.json) {
    ui::write_detector_list_json(output.buffer(), config, style.language);
  } else {
    ui::write_detector_list(output.buffer(), style, config);
  }
  auto const written = output.finish("stdout");
  if (!written) complain("diagnose", written.error().message);
  return written ? kExitOk : kExitFailure;
}

}  // namespace

int run_diagnose(std::span<char const* const> arguments) {
  auto const options = parse_diagnose_options(arguments);
  if (!options) return options.error();
  auto config = detector_config(options->detectors);
  if (!config) {
    complain("diagnose", config.error().message);
    return kExitUsage;
  }
  if (options->list) return list_detectors(*options, *config);
  auto filter = filter::parse(options->filter, SystemNames());
  if (!filter) {
    complain("diagnose", "filter: " + filter.error().message);
    return kExitUsage;
  }
  auto baseline = options->learn ? read_baseline(baseline_file(options->detectors))
                                 : known_baseline(options->detectors);
  if (!baseline) {
    complain("diagnose", baseline.error().message);
    return kExitFailure;
  }
  auto const stop = StopRequest::install();
  if (!stop) {
    complain("diagnose", stop.error().message);
    return kExitFailure;
  }
  return Diagnosis(*options, std::move(*config), std::move(*baseline), std::move(*filter))
      .run(*stop);
}

}  // namespace lastack::app
