#include "app/lab_check_options.hh"

#include <algorithm>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/command_line.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

constexpr auto kAbout =
    "asks the running kernel, in a private network namespace that nothing leaves, what it does in\n"
    "each of 14 situations with each of 34 segments, and compares with the table that the lab "
    "runs\n"
    "on. Takes some seconds; root is not needed where user namespaces are allowed";
constexpr auto kFooter = "exit status: 0 all equal, 3 something differs, 1 failure, 2 wrong usage";

tcp::Reading const* reading_named(std::string_view name) {
  auto const* found = std::ranges::find(tcp::kReadings, name, &tcp::Reading::name);
  return found == tcp::kReadings.end() ? nullptr : *found;
}

std::string some_reading(std::string const& text) {
  if (reading_named(text) != nullptr) return "";
  std::string names;
  for (auto const* each : tcp::kReadings)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", each->name);
  return fmt::format("'{}' is none of {}", base::printable(text), names);
}

}  // namespace

std::expected<LabCheckOptions, int> parse_lab_check_options(
    std::span<char const* const> arguments) {
  CLI::App app(kAbout, "lastack lab check");
  LabCheckOptions options;
  std::string reading(options.reading->name);
  app.add_option("--reading", reading,
                 "compare with that reading: literal, literal+5961, deployed, linux (the default)")
      ->check(some_reading)
      ->type_name("NAME");
  app.add_option("--save", options.save, "the kernel's answers, tab-separated, into that file")
      ->type_name("FILE");
  app.add_flag("--all", options.all, "print all of the kernel's answers instead of comparing");
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "lab check")) {
    return std::unexpected(*exit);
  }
  options.reading = reading_named(reading);
  return options;
}

}  // namespace lastack::app
