// One run of `probe`: the prober, the watch beside it, and what is printed meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "act/probe.hh"
#include "app/probe_options.hh"
#include "app/probe_watch.hh"
#include "app/stop_request.hh"
#include "base/output.hh"
#include "ui/probe/probe_text.hh"

namespace lastack::app {

class ProbeRun : public act::ProbeSink {
 public:
  // All must outlive it.
  ProbeRun(ProbeCommand const& command, std::vector<model::ProbeTarget> targets,
           base::Output& output);

  // What the kernel tells is shown from now on; before run().
  void watch_with(std::unique_ptr<ProbeWatch> watch) { watch_ = std::move(watch); }
  [[nodiscard]] ProbeWatch::Tell teller();
  // Steps are shown: of a single connection, or where they were asked for.
  [[nodiscard]] bool shows_steps() const { return shows_steps_; }

  // Until every target has its result, or `stop` came: then the rest is left.
  [[nodiscard]] base::Result<void> run(StopRequest const& stop);

  // Every HOST:PORT asked for is open at one of its addresses at least.
  [[nodiscard]] bool is_all_open() const;
  // "11 probes in 0.3 s: 2 open, 9 refused", in the language asked for.
  [[nodiscard]] std::string summary() const;
  // There is more to sum up than one verdict, or something is missing.
  [[nodiscard]] bool needs_summary() const;
  // Records of the kernel's events: steps may be missing.
  [[nodiscard]] std::uint64_t lost() const { return watch_ ? watch_->lost() : 0; }
  void log() const;

  void on_step(std::size_t target, model::ProbeResult const& result,
               model::ProbeStep const& step) override;
  void on_result(std::size_t target, model::ProbeResult const& result) override;

 private:
  struct Record {
    model::ProbeResult result;
    std::vector<model::ProbeStep> steps;       // by time
    std::vector<model::ProbeStep> told_again;  // what the kernel's events tell as well
    std::size_t printed = 0;                   // of the steps
    std::uint64_t settled_by_ns = 0;           // steps are no longer waited for
    bool is_begun = false;
    bool has_result = false;
  };

  [[nodiscard]] bool is_table() const {
    return !is_single() && !shows_steps_ && !command_.quiet && !command_.json;
  }
  [[nodiscard]] bool is_single() const { return targets_.size() == 1; }
  [[nodiscard]] bool was_probed(std::size_t target) const;
  void add_step(Record& record, model::ProbeStep const& step);
  [[nodiscard]] bool is_settled(std::size_t target, std::uint64_t now_ns) const;
  void show_steps(std::size_t target, std::uint64_t until_ns);
  void show_ready(bool all);
  void show(std::size_t target);
  void show_legend();
  void wait(act::Prober const& prober, StopRequest const& stop) const;

  ProbeCommand const& command_;
  std::vector<model::ProbeTarget> targets_;
  base::Output& output_;
  ui::ProbeText text_;
  bool shows_steps_;
  std::unique_ptr<ProbeWatch> watch_;
  std::vector<Record> records_;
  std::size_t shown_ = 0;  // results are shown in the order of the targets
  std::uint64_t started_ns_ = 0;
  std::uint64_t ended_ns_ = 0;
};

// Without the kernel's events the sockets still tell what they know; what is missing is said on
// stderr. `netns`: where it probes; nullptr: here.
void watch_if_permitted(ProbeRun& run, base::Fd const* netns);

// Records of the kernel's events that were lost, if any, on stderr.
void complain_of_losses(ProbeRun const& run);

}  // namespace lastack::app
