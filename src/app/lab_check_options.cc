#include "app/lab_check_options.hh"

#include <CLI/CLI.hpp>

#include "app/command.hh"
#include "app/command_line.hh"
#include "app/lab_reading.hh"

namespace lastack::app {
namespace {

constexpr auto kAbout =
    "asks the running kernel, in private network namespaces that nothing leaves, what it does in\n"
    "each of 14 situations with each of 34 segments, plays it all scenarios of 'lastack lab "
    "list',\n"
    "as each of their hosts, and compares with the table that the lab runs on. Takes about a\n"
    "minute, as TIME_WAIT does; root is not needed where user namespaces are allowed";
constexpr auto kFooter = "exit status: 0 all equal, 3 something differs, 1 failure, 2 wrong usage";

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
  std::string only;
  app.add_option("--only", only, "matrix (some seconds) or scenarios")
      ->check(CLI::IsMember({"matrix", "scenarios"}))
      ->type_name("PART");
  app.add_option("--save", options.save, "the kernel's answers, tab-separated, into that file")
      ->type_name("FILE");
  app.add_flag("--all", options.all, "print all of the kernel's answers instead of comparing");
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "lab check")) {
    return std::unexpected(*exit);
  }
  options.reading = reading_named(reading);
  if (only == "matrix") options.only = LabCheckOnly::Matrix;
  if (only == "scenarios") options.only = LabCheckOnly::Scenarios;
  if (!options.wants_matrix() && (options.all || options.save || options.reading != &tcp::kLinux)) {
    complain("lab check", "--only scenarios goes with none of --all, --save and --reading");
    return std::unexpected(kExitUsage);
  }
  return options;
}

}  // namespace lastack::app
