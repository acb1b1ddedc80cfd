#include "app/lab_check.hh"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/command.hh"
#include "app/lab_check_options.hh"
#include "app/lab_check_scenarios.hh"
#include "app/lab_performance.hh"
#include "app/own_files.hh"
#include "app/progress_line.hh"
#include "app/stop_request.hh"
#include "base/output.hh"
#include "lab/simulated_subject.hh"
#include "rig/kernel_subject.hh"
#include "ui/lab/check_text.hh"

namespace lastack::app {
namespace {

constexpr std::uint32_t kAddress = 0x0ac80001;  // 10.200.0.1

base::Result<std::vector<lab::Cell>> ask_kernel(StopRequest const& stop) {
  auto subject = rig::KernelSubject::enter(kAddress);
  if (!subject) return std::unexpected(subject.error());
  ProgressLine const line("cells");
  line.show(0, lab::kCellCount);
  auto cells = lab::run_matrix(**subject, [&](std::size_t done) {
    line.show(done, lab::kCellCount);
    return !stop.came();
  });
  auto const& failure = (*subject)->failure();
  if (failure) return std::unexpected(*failure);
  return cells;
}

base::Result<std::vector<lab::Cell>> ask_table(tcp::Reading const& reading) {
  auto settings = lab::settings_of(reading);
  settings.delayed_ack = {};  // what is delayed would come too late to be seen
  lab::SimulatedSubject subject(kAddress, settings);
  return lab::run_matrix(subject);
}

int fail(base::Error const& error) {
  complain("lab check", error.message);
  return kExitFailure;
}

struct Matrix {
  std::vector<lab::Cell> of_kernel;
  std::vector<lab::Cell> of_table;
};

base::Result<Matrix> check_matrix(LabCheckOptions const& options, StopRequest const& stop) {
  auto of_table = ask_table(*options.reading);
  if (!of_table) return std::unexpected(of_table.error());
  auto of_kernel = ask_kernel(stop);
  if (!of_kernel) return std::unexpected(of_kernel.error());
  return Matrix{std::move(*of_kernel), std::move(*of_table)};
}

base::Result<std::vector<ui::CheckedScenario>> play_scenarios(StopRequest const& stop) {
  ProgressLine const line("scenarios");
  return check_scenarios(
      [&](std::size_t done, std::size_t all) {
        line.show(done, all);
        return !stop.came();
      },
      [&] { return stop.came(); });
}

}  // namespace

int run_lab_check(std::span<char const* const> arguments) {
  auto const options = parse_lab_check_options(arguments);
  if (!options) return options.error();
  auto const stop = StopRequest::install();
  if (!stop) return fail(stop.error());

  // In processes of their own, before this one moves into a namespace for good.
  std::vector<ui::CheckedScenario> scenarios;
  if (options->wants_scenarios()) {
    auto checked = play_scenarios(*stop);
    if (!checked) return fail(checked.error());
    scenarios = std::move(*checked);
  }
  Matrix matrix;
  if (options->wants_matrix()) {
    auto asked = check_matrix(*options, *stop);
    if (!asked) return fail(asked.error());
    matrix = std::move(*asked);
  }
  auto const& [of_kernel, of_table] = matrix;
  if (auto const& file = options->save) {
    if (auto const saved = write_own_file(*file, ui::cells_table(of_kernel)); !saved) {
      return fail(saved.error());
    }
  }
  base::Output output(STDOUT_FILENO);
  auto const release = kernel_release();
  if (options->all) {
    output.append(ui::cells_table(of_kernel));
  } else if (options->wants_matrix()) {
    output.append(ui::check_text({.kernel = release,
                                  .reading = options->reading->name,
                                  .of_kernel = of_kernel,
                                  .of_reading = of_table}));
  }
  if (options->wants_scenarios()) {
    if (options->wants_matrix()) output.append("\n");
    output.append(ui::scenarios_text(scenarios));
  }
  if (auto const written = output.finish("stdout"); !written) return fail(written.error());
  bool const whole = !stop->came();
  if (!whole) complain("lab check", "stopped before the end");
  bool const differs =
      !options->all && (!lab::differences(of_kernel, of_table).empty() ||
                        std::ranges::any_of(scenarios, [](ui::CheckedScenario const& each) {
                          return !each.difference.empty();
                        }));
  if (differs) return kExitFindings;
  return whole ? kExitOk : kExitFailure;
}

}  // namespace lastack::app
