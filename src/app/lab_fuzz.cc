#include "app/lab_fuzz.hh"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/command.hh"
#include "app/lab_fuzz_options.hh"
#include "app/own_files.hh"
#include "app/progress_line.hh"
#include "app/stop_request.hh"
#include "base/output.hh"
#include "lab/fuzz.hh"
#include "lab/simulated_subject.hh"
#include "rig/kernel_subject.hh"

namespace lastack::app {
namespace {

constexpr std::uint32_t kAddress = 0x0ac80001;  // 10.200.0.1
constexpr std::size_t kBatch = 400;
constexpr std::size_t kMostShown = 20;
constexpr int kTimes = 5;

struct Tellings {
  std::vector<lab::Telling> kernel;
  std::vector<lab::Telling> simulated;
};

// Both hosts, played the same.
class Pair {
 public:
  explicit Pair(std::unique_ptr<rig::KernelSubject> kernel) : kernel_(std::move(kernel)) {}

  Tellings play(std::span<lab::Life const> lives) {
    auto const port = take_ports(lives.size());
    lab::SimulatedSubject simulated(kAddress, lab::settings_of(tcp::kLinux));
    return {.kernel = lab::play(*kernel_, lives, port),
            .simulated = lab::play(simulated, lives, port)};
  }
  // Each time. What does not come again was the clock's doing: a timer of the kernel ran out
  // earlier or later between two steps.
  bool differs(lab::Life const& life) {
    for (int i = 0; i < kTimes; ++i) {
      auto const told = play(std::span(&life, 1));
      if (told.kernel == told.simulated) return false;
    }
    return true;
  }
  // As a scenario, as the kernel plays it.
  std::string write_down(lab::Life const& life, std::uint64_t number) {
    auto const title = fmt::format("Life {} of lab fuzz", number);
    return lab::scenario_of(*kernel_, life, take_ports(1), title);
  }
  [[nodiscard]] std::optional<base::Error> const& failure() const { return kernel_->failure(); }

 private:
  // What an earlier life has left on a port is over by the time it is used again.
  std::uint16_t take_ports(std::size_t count) {
    constexpr std::size_t kFirst = 1024;
    constexpr std::size_t kLast = 65'000;
    if (next_ + count > kLast) next_ = kFirst;
    return static_cast<std::uint16_t>(std::exchange(next_, next_ + count));
  }

  std::unique_ptr<rig::KernelSubject> kernel_;
  std::size_t next_ = 1024;
};

// What differs as a comment, and the scenario that shows it: with --kernel all of it comes.
std::string difference_text(std::uint64_t number, Tellings const& told, std::string_view scenario) {
  auto text = fmt::format("# life {}: what the running kernel does and the lab does not\n", number);
  auto const& kernel = told.kernel.front();
  auto const& simulated = told.simulated.front();
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    if (kernel[i] == simulated[i]) {
      text += fmt::format("#          {}\n", kernel[i]);
    } else {
      text += fmt::format("# kernel   {}\n# lab      {}\n", kernel[i], simulated[i]);
    }
  }
  return text + std::string(scenario);
}

base::Result<void> tell_difference(base::Output& output, LabFuzzOptions const& options,
                                   std::uint64_t number, std::string const& text) {
  output.append("\n" + text);
  if (!options.save) return {};
  return write_own_file(fmt::format("{}/life-{}.lab", *options.save, number), text);
}

struct Count {
  std::size_t played = 0;
  std::size_t different = 0;
};

base::Result<void> hold_against_each_other(Pair& pair, LabFuzzOptions const& options,
                                           StopRequest const& stop, base::Output& output,
                                           Count& count) {
  ProgressLine const line("lives");
  while (count.played < options.cases && !stop.came() && !pair.failure()) {
    line.show(count.played, options.cases);
    std::vector<lab::Life> lives;
    auto const size = std::min(kBatch, options.cases - count.played);
    lives.reserve(size);
    auto const first = options.seed + count.played;
    for (std::size_t i = 0; i < size; ++i) lives.push_back(lab::random_life(first + i));
    auto const told = pair.play(lives);
    for (std::size_t i = 0; i < size; ++i) {
      if (told.kernel[i] == told.simulated[i]) continue;
      if (!pair.differs(lives[i])) continue;
      if (++count.different > kMostShown || stop.came()) continue;
      auto const life =
          lab::shrink(lives[i], [&](lab::Life const& each) { return pair.differs(each); });
      auto const text = difference_text(first + i, pair.play(std::span(&life, 1)),
                                        pair.write_down(life, first + i));
      if (auto const done = tell_difference(output, options, first + i, text); !done) return done;
    }
    count.played += size;
  }
  return {};
}

int fail(base::Error const& error) {
  complain("lab fuzz", error.message);
  return kExitFailure;
}

}  // namespace

int run_lab_fuzz(std::span<char const* const> arguments) {
  auto const options = parse_lab_fuzz_options(arguments);
  if (!options) return options.error();
  auto const stop = StopRequest::install();
  if (!stop) return fail(stop.error());
  auto kernel = rig::KernelSubject::enter(kAddress);
  if (!kernel) return fail(kernel.error());
  Pair pair(std::move(*kernel));
  base::Output output(STDOUT_FILENO);
  Count count;
  auto const held = hold_against_each_other(pair, *options, *stop, output, count);
  if (!held) return fail(held.error());
  if (auto const& failure = pair.failure()) return fail(*failure);
  output.append(fmt::format("{}{} of {} lives differ\n", count.different > 0 ? "\n" : "",
                            count.different, count.played));
  if (auto const written = output.finish("stdout"); !written) return fail(written.error());
  return count.different > 0 ? kExitFindings : kExitOk;
}

}  // namespace lastack::app
