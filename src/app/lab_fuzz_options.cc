#include "app/lab_fuzz_options.hh"

#include <CLI/CLI.hpp>

#include "app/command_line.hh"
#include "app/whole_number.hh"

namespace lastack::app {
namespace {

constexpr auto kAbout =
    "plays random lives of connections (calls of a program, segments of its peer) to the running\n"
    "kernel, in a private network namespace that nothing leaves, and to the simulated host; what\n"
    "differs is shortened to the steps that show it";
constexpr auto kFooter =
    "exit status: 0 nothing differs, 3 something does, 1 failure, 2 wrong usage";
constexpr std::size_t kMostCases = 10'000'000;

}  // namespace

std::expected<LabFuzzOptions, int> parse_lab_fuzz_options(std::span<char const* const> arguments) {
  CLI::App app(kAbout, "lastack lab fuzz");
  LabFuzzOptions options;
  app.add_option("--seed", options.seed, "number of the first life (1); each is the same for ever")
      ->check(whole_number)
      ->type_name("N");
  app.add_option("--cases", options.cases, "how many lives (1000)")
      ->check(CLI::Range(std::size_t{1}, kMostCases))
      ->type_name("M");
  app.add_option("--save", options.save, "what differs as scenario files into that folder, too")
      ->type_name("DIR");
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "lab fuzz")) {
    return std::unexpected(*exit);
  }
  return options;
}

}  // namespace lastack::app
