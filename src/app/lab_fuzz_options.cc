#include "app/lab_fuzz_options.hh"

#include <algorithm>
#include <string>

#include <CLI/CLI.hpp>

#include "app/command_line.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

constexpr auto kAbout =
    "plays random lives of connections (calls of a program, segments of its peer) to the running\n"
    "kernel, in a private network namespace that nothing leaves, and to the simulated host; what\n"
    "differs is shortened to the steps that show it";
constexpr auto kFooter =
    "exit status: 0 nothing differs, 3 something does, 1 failure, 2 wrong usage";
constexpr std::size_t kMostCases = 10'000'000;

// CLI11 takes -1 for the largest number that there is.
std::string some_number(std::string const& text) {
  bool const digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return digits && !text.empty() ? "" : "'" + base::printable(text) + "' is no number from 0 on";
}

}  // namespace

std::expected<LabFuzzOptions, int> parse_lab_fuzz_options(std::span<char const* const> arguments) {
  CLI::App app(kAbout, "lastack lab fuzz");
  LabFuzzOptions options;
  app.add_option("--seed", options.seed, "number of the first life (1); each is the same for ever")
      ->check(some_number)
      ->type_name("N");
  app.add_option("--cases", options.cases, "how many lives (1000)")
      ->check(CLI::Range(std::size_t{1}, kMostCases))
      ->type_name("M");
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "lab fuzz")) {
    return std::unexpected(*exit);
  }
  return options;
}

}  // namespace lastack::app
