#include "app/lab_run.hh"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "app/command.hh"
#include "app/lab_performance.hh"
#include "app/lab_run_options.hh"
#include "app/lab_scenarios.hh"
#include "app/own_files.hh"
#include "app/progress_line.hh"
#include "app/stop_request.hh"
#include "app/terminal.hh"
#include "base/output.hh"
#include "base/text.hh"
#include "ui/lab/ladder_pair.hh"
#include "ui/lab/ladder_text.hh"

namespace lastack::app {
namespace {

constexpr std::size_t kWidth = 100;      // where there is no terminal
constexpr std::size_t kPairWidth = 150;  // of two ladders

int fail(base::Error const& error) {
  complain("lab run", error.message);
  return kExitFailure;
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

struct Played {
  Performance lab;
  std::optional<Performance> kernel{};
  std::string kernel_name{};

  [[nodiscard]] Performance const& shown() const { return kernel ? *kernel : lab; }
};

std::string as_text(lab::Scenario const& scenario, Played const& played,
                    lab::StageTraits const& traits, LabRunOptions const& options) {
  bool const chinese = options.language == base::Language::Chinese;
  auto const width = terminal_width().value_or(played.kernel ? kPairWidth : kWidth);
  ui::LadderStyle const style{.language = options.language,
                              .width = std::min<std::size_t>(width, played.kernel ? 220 : 120),
                              .unicode = chinese || speaks_utf8()};
  if (!played.kernel) return ui::ladder_text(scenario, played.lab.story, style);
  auto const name = fmt::format("lab, reading {}", traits.reading->name);
  return ui::ladder_pair(scenario,
                         {.one_name = played.kernel_name,
                          .other_name = name,
                          .one = played.kernel->story,
                          .other = played.lab.story},
                         style);
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

}  // namespace

int run_lab_run(std::span<char const* const> arguments) {
  auto const options = parse_lab_run_options(arguments);
  if (!options) return options.error();
  auto const scenario = find_scenario(options->scenario);
  if (!scenario) {
    complain("lab run", scenario.error().message);
    return kExitUsage;
  }
  auto const traits = traits_of(*scenario, *options);
  bool const strict = holds_for(*scenario, *options, traits);
  Played played{.lab = perform(*scenario, traits, strict)};
  if (options->kernel) {
    auto const part = choose_host(*scenario, options->kernel_host);
    if (!part) {
      complain("lab run", part.error().message);
      return kExitUsage;
    }
    auto const stop = StopRequest::install();
    if (!stop) return fail(stop.error());
    auto kernel =
        perform_with_kernel(*scenario, traits, *part, strict, [&] { return stop->came(); });
    if (!kernel) return fail(kernel.error());
    played.kernel = std::move(*kernel);
    played.kernel_name =
        fmt::format("Linux {} plays {}", kernel_release(), scenario->parts[*part].name);
  }
  auto const text = as_text(*scenario, played, traits, *options);
  if (auto const written = write(text, options->output); !written) return fail(written.error());
  return judge(*scenario, played);
}

}  // namespace lastack::app
