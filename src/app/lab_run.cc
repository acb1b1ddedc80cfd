#include "app/lab_run.hh"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/command.hh"
#include "app/lab_formats.hh"
#include "app/lab_performance.hh"
#include "app/lab_run_options.hh"
#include "app/lab_scenarios.hh"
#include "app/lab_step.hh"
#include "app/own_files.hh"
#include "app/progress_line.hh"
#include "app/stop_request.hh"
#include "app/terminal.hh"
#include "base/output.hh"
#include "base/text.hh"
#include "lab/play/agreement.hh"

namespace lastack::app {
namespace {

int fail(base::Error const& error) {
  complain("lab run", error.message);
  return kExitFailure;
}

// Why this cannot go where the output goes.
std::optional<std::string> unfit_terminal(LabRunOptions const& options) {
  bool const to_terminal = !options.output && stdout_is_terminal();
  if (options.format == LadderFormat::Pcap && to_terminal) {
    return "a capture is nothing for a terminal: give -o FILE";
  }
  if (!options.step) return std::nullopt;
  if (options.format != LadderFormat::Text || options.output) {
    return "--step shows a ladder on the terminal: no --format and no -o";
  }
  if (!can_step()) return "--step waits for keys: stdin and stdout must be a terminal";
  return std::nullopt;
}

lab::StageTraits traits_of(lab::Scenario const& scenario, LabRunOptions const& options) {
  lab::StageTraits traits{
      .reading = options.reading != nullptr ? options.reading : scenario.readings.front(),
      .wire = scenario.wire,
      .seed = options.seed};
  auto& wire = traits.wire;
  wire.loss = options.loss.value_or(wire.loss);
  wire.duplication = options.duplication.value_or(wire.duplication);
  wire.delay = options.delay.value_or(wire.delay);
  wire.jitter = options.jitter.value_or(wire.jitter);
  return traits;
}

// Its expectations were written for this reading and this wire.
bool holds_for(lab::Scenario const& scenario, LabRunOptions const& options,
               lab::StageTraits const& traits) {
  auto const& readings = scenario.readings;
  return !options.changes_wire() && std::ranges::find(readings, traits.reading) != readings.end();
}

base::Result<lab::PartId> choose_host(lab::Scenario const& scenario, std::string const& name) {
  auto const& parts = scenario.parts;
  std::string names;
  for (lab::PartId part = 0; part < parts.size(); ++part) {
    if (!parts[part].kernel) continue;
    if (name.empty() || name == parts[part].name) return part;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", parts[part].name);
  }
  if (names.empty()) return base::fail("the running kernel can play no host of this scenario");
  return base::fail(fmt::format("the running kernel cannot play '{}' in this scenario, but: {}",
                                base::printable(name), names));
}

// What did not come as it should; the exit status.
int judge(lab::Scenario const& scenario, Played const& played) {
  int status = kExitOk;
  auto const tell = [&](std::string_view who, Performance const& performance) {
    auto const& problem = performance.disappointment;
    if (!problem) return;
    complain("lab run",
             fmt::format("{}:{}: {}{}", scenario.file, problem->line, who, problem->what));
    status = kExitFindings;
  };
  tell("", played.lab);
  if (!played.kernel) return status;
  if (played.stopped) {
    complain("lab run", "stopped before the end");
    return kExitFailure;
  }
  tell("with the running kernel: ", *played.kernel);
  auto const different = lab::disagreements(lab::compare(played.kernel->story, played.lab.story));
  if (different > 0) {
    complain("lab run", fmt::format("the running kernel and the lab differ in {}",
                                    base::counted(different, "line", "lines")));
    status = kExitFindings;
  }
  return status;
}

base::Result<void> write(std::string const& text, std::optional<std::string> const& file) {
  if (file) return write_own_file(*file, text);
  base::Output output(STDOUT_FILENO);
  output.append(text);
  return output.finish("stdout");
}

base::Result<void> show(lab::Scenario const& scenario, Played const& played,
                        LabRunOptions const& options) {
  if (options.step) return show_steps(scenario, played.shown(), options.language);
  auto const text = formatted(scenario, played, options);
  if (!text) return std::unexpected(text.error());
  return write(*text, options.output);
}

// Into `played`; the exit status where that failed.
std::optional<int> play_with_kernel(lab::Scenario const& scenario, LabRunOptions const& options,
                                    bool strict, Played& played) {
  auto const part = choose_host(scenario, options.kernel_host);
  if (!part) {
    complain("lab run", part.error().message);
    return kExitUsage;
  }
  auto const stop = StopRequest::install();
  if (!stop) return fail(stop.error());
  ProgressLine const line("steps");
  auto shown = scenario.steps.size();
  auto const look = [&](std::size_t steps) {
    if (std::exchange(shown, steps) != steps) line.show(steps, scenario.steps.size());
    return stop->came();
  };
  auto kernel = perform_with_kernel(scenario, played.traits, *part, strict, look);
  if (!kernel) return fail(kernel.error());
  played.kernel = std::move(*kernel);
  played.kernel_part = *part;
  played.kernel_release = kernel_release();
  played.stopped = stop->came();
  return std::nullopt;
}

}  // namespace

int run_lab_run(std::span<char const* const> arguments) {
  auto const options = parse_lab_run_options(arguments);
  if (!options) return options.error();
  if (auto const problem = unfit_terminal(*options)) {
    complain("lab run", *problem);
    return kExitUsage;
  }
  auto const scenario = find_scenario(options->scenario);
  if (!scenario) {
    complain("lab run", scenario.error().message);
    return kExitUsage;
  }
  auto const traits = traits_of(*scenario, *options);
  bool const strict = holds_for(*scenario, *options, traits);
  Played played{.lab = perform(*scenario, traits, strict), .traits = traits};
  if (options->kernel) {
    if (auto const exit = play_with_kernel(*scenario, *options, strict, played)) return *exit;
  }
  if (auto const shown = show(*scenario, played, *options); !shown) return fail(shown.error());
  return judge(*scenario, played);
}

}  // namespace lastack::app
