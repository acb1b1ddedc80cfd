// `lastack lab`: TCP step by step, held against the running kernel.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "app/command.hh"
#include "app/lab_check.hh"
#include "app/lab_fuzz.hh"
#include "app/lab_list.hh"
#include "app/lab_run.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

constexpr auto kCommands = std::to_array<Command>({
    {"list", "the scenarios that come with lastack", run_lab_list},
    {"run", "play a scenario step by step, with the running kernel or without", run_lab_run},
    {"check", "ask the running kernel, and compare with the table", run_lab_check},
    {"fuzz", "random lives of connections, on the running kernel and in the lab", run_lab_fuzz},
});

std::string help() {
  std::string text =
      "TCP step by step on the table of RFC 9293, held against the running kernel\n\n"
      "usage: lastack lab COMMAND [OPTIONS] ...\n\n";
  for (auto const& command : kCommands) {
    text += fmt::format("  {:<8} {}\n", command.name, command.summary);
  }
  return text + "\n'lastack lab COMMAND --help' shows a command's options\n";
}

std::string names() {
  std::string text;
  for (auto const& command : kCommands) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", command.name);
  }
  return text;
}

}  // namespace

int run_lab(std::span<char const* const> arguments) {
  if (arguments.empty()) {
    complain("lab",
             fmt::format("says no command; there are: {}; see 'lastack lab --help'", names()));
    return kExitUsage;
  }
  std::string_view const first = arguments.front();
  if (first == "--help" || first == "-h") return print(help());
  auto const* known = std::ranges::find(kCommands, first, &Command::name);
  if (known != kCommands.end()) return known->run(arguments.subspan(1));
  complain("lab",
           fmt::format("unknown command '{}'; there are: {}", base::printable(first), names()));
  return kExitUsage;
}

}  // namespace lastack::app
