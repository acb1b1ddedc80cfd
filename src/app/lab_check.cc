#include "app/lab_check.hh"

#include <unistd.h>

#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/command.hh"
#include "app/lab_check_options.hh"
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

}  // namespace

int run_lab_check(std::span<char const* const> arguments) {
  auto const options = parse_lab_check_options(arguments);
  if (!options) return options.error();
  auto const stop = StopRequest::install();
  if (!stop) return fail(stop.error());
  auto const expected = ask_table(*options->reading);
  if (!expected) return fail(expected.error());
  auto const cells = ask_kernel(*stop);
  if (!cells) return fail(cells.error());

  if (auto const& file = options->save) {
    if (auto const saved = write_own_file(*file, ui::cells_table(*cells)); !saved) {
      return fail(saved.error());
    }
  }
  base::Output output(STDOUT_FILENO);
  auto const release = kernel_release();
  output.append(options->all ? ui::cells_table(*cells)
                             : ui::check_text({.kernel = release,
                                               .reading = options->reading->name,
                                               .of_kernel = *cells,
                                               .of_reading = *expected}));
  if (auto const written = output.finish("stdout"); !written) return fail(written.error());
  bool const whole = cells->size() == lab::kCellCount;
  if (!whole) {
    complain("lab check",
             fmt::format("stopped after {} of {} cells", cells->size(), lab::kCellCount));
  }
  if (options->all) return whole ? kExitOk : kExitFailure;
  if (!lab::differences(*cells, *expected).empty()) return kExitFindings;
  return whole ? kExitOk : kExitFailure;
}

}  // namespace lastack::app
