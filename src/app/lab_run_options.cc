#include "app/lab_run_options.hh"

#include <CLI/CLI.hpp>

#include "app/command_line.hh"
#include "app/lab_reading.hh"
#include "app/language.hh"
#include "app/whole_number.hh"
#include "base/text.hh"
#include "lab/scenario/words.hh"

namespace lastack::app {
namespace {

constexpr auto kAbout =
    "plays a scenario step by step: calls, segments, and what becomes of the states on both sides\n"
    "and why; with --kernel the running kernel plays one of the hosts, in a private network\n"
    "namespace that nothing leaves, and both ladders are shown side by side";
constexpr auto kFooter =
    "exit status: 0 all came as expected, 3 something did not, or the kernel differs, 1 failure,\n"
    "2 wrong usage";

std::string some_span(std::string const& text) {
  if (lab::parse_span(text)) return "";
  return "'" + base::printable(text) + "' is no span of time such as 10ms or 1.5s";
}

std::string some_share(std::string const& text) {
  auto const digits = text.ends_with('%') ? text.substr(0, text.size() - 1) : text;
  auto const number = lab::parse_number(digits);
  return number && *number <= 100 ? "" : "'" + base::printable(text) + "' is not 0% to 100%";
}

std::optional<lab::Span> span_of(std::string const& text) {
  return text.empty() ? std::nullopt : lab::parse_span(text);
}

std::optional<double> share_of(std::string const& text) {
  if (text.empty()) return std::nullopt;
  auto const number = lab::parse_number(text.substr(0, text.find('%')));
  return number.value_or(0) / 100.0;
}

}  // namespace

std::expected<LabRunOptions, int> parse_lab_run_options(std::span<char const* const> arguments) {
  CLI::App app(kAbout, "lastack lab run");
  LabRunOptions options;
  std::string reading;
  std::string loss;
  std::string duplication;
  std::string delay;
  std::string jitter;
  std::string format = "text";
  std::string language = "auto";
  app.add_option("SCENARIO", options.scenario,
                 "a name as 'lastack lab list' shows it, or a file (docs/scenarios.md)")
      ->required();
  auto* const kernel = app.add_option("--kernel", options.kernel_host,
                                      "the running kernel plays HOST (the first that it can)")
                           ->expected(0, 1)
                           ->type_name("[HOST]");
  app.add_option("--reading", reading,
                 "the hosts follow literal, literal+5961, deployed or linux (the scenario's own)")
      ->check(some_reading)
      ->type_name("NAME");
  app.add_option("--seed", options.seed, "of all chance: the same gives the same (1)")
      ->check(whole_number)
      ->type_name("N");
  app.add_option("--loss", loss, "so much of what is sent is lost, by chance")
      ->check(some_share)
      ->type_name("PERCENT");
  app.add_option("--duplication", duplication, "so much arrives twice")
      ->check(some_share)
      ->type_name("PERCENT");
  app.add_option("--delay", delay, "of the wire, instead of the scenario's")
      ->check(some_span)
      ->type_name("SPAN");
  app.add_option("--jitter", jitter, "at most that much more, by chance: segments overtake")
      ->check(some_span)
      ->type_name("SPAN");
  app.add_option("--format", format, "text, svg, json or pcap (for Wireshark and tcpdump)")
      ->check(CLI::IsMember({"text", "svg", "json", "pcap"}))
      ->type_name("FORMAT");
  app.add_option("-o,--output", options.output, "into that file instead of stdout")
      ->type_name("FILE");
  app.add_flag("--step", options.step, "wait for a key after each line, and explain it");
  app.add_option("--lang", language, "en, zh or auto (the default): that of the locale")
      ->check(one_of_the_languages)
      ->type_name("LANG");
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "lab run")) {
    return std::unexpected(*exit);
  }
  options.kernel = kernel->count() > 0;
  if (!reading.empty()) options.reading = reading_named(reading);
  options.loss = share_of(loss);
  options.duplication = share_of(duplication);
  options.delay = span_of(delay);
  options.jitter = span_of(jitter);
  options.format = format == "svg"    ? LadderFormat::Svg
                   : format == "json" ? LadderFormat::Json
                   : format == "pcap" ? LadderFormat::Pcap
                                      : LadderFormat::Text;
  options.language = read_language(language);
  return options;
}

}  // namespace lastack::app
