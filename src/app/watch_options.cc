#include "app/watch_options.hh"

#include <CLI/CLI.hpp>
#include <bit>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/argument_checks.hh"
#include "app/command.hh"
#include "app/command_line.hh"

namespace lastack::app {
namespace {

constexpr auto kFooter =
    "FILTER is that of list, and asks about transitions, too:\n"
    "  dport = :443, process ~ ^nginx, from syn-sent and to closed, to time-wait\n"
    "  (docs/filter.md). What is shown, and how it is known: docs/watch.md.\n"
    "Ctrl-C ends with a summary.\n"
    "exit status: 0 done, 1 failure, 2 wrong usage";

constexpr std::size_t kMinRing = 4096;
constexpr std::size_t kMaxRing = 1UL << 30U;

struct Texts {
  bool lives = false;
  bool tally = false;
  bool findings = false;
  std::string color = "auto";
  std::string duration;
  std::string interval = "250ms";
  std::string count;
  std::string ring;
};

std::optional<std::uint64_t> read_number(std::string const& text) {
  std::uint64_t value = 0;
  auto const* end = text.data() + text.size();
  auto const [stop, problem] = std::from_chars(text.data(), end, value);
  return problem == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

std::string some_count(std::string const& text) {
  auto const count = read_number(text);
  return count && *count > 0 ? "" : "'" + text + "' is no number of lines from 1";
}

std::string some_ring(std::string const& text) {
  auto const size = read_number(text);
  bool const good = size && *size >= kMinRing && *size <= kMaxRing && std::has_single_bit(*size);
  return good
             ? ""
             : fmt::format("'{}' is no power of 2 from {} to {} (bytes)", text, kMinRing, kMaxRing);
}

// `text` has passed some_duration().
std::chrono::milliseconds checked_duration(std::string const& text) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(read_duration_ms(text).value_or(0)));
}

void add_options(CLI::App& app, WatchOptions& options, Texts& texts) {
  app.add_flag("--lives", texts.lives, "one line when a connection is over: its whole life");
  app.add_flag("--tally", texts.tally,
               "how often each state followed each, as a matrix; not with --lives or --count");
  app.add_flag("--findings", texts.findings,
               "what 'lastack diagnose' finds, when it arises and when it is over");
  app.add_flag("--json", options.json, "JSON Lines");
  app.add_option("--for", texts.duration, "end after that time: 10s, 500ms, 2m")
      ->check(some_duration)
      ->type_name("TIME");
  app.add_option("--count", texts.count, "end after that many lines")
      ->check(some_count)
      ->type_name("N");
  app.add_option("--color", texts.color, "auto (the default), always or never")
      ->check(one_of_the_colors)
      ->type_name("WHEN");
  app.add_flag("--poll", options.poll,
               "compare dumps instead of watching events: needs no permission, infers what it can");
  app.add_option("--interval", texts.interval,
                 "time between dumps when polling, at least 10ms (250ms)")
      ->check(some_duration)
      ->type_name("TIME");
  add_detector_options(app, options.detectors);
  app.add_option("--ring-size", texts.ring,
                 "bytes of the kernel's buffer, a power of 2 from 4096 to 1073741824 (33554432)")
      ->check(some_ring)
      ->type_name("BYTES");
}

std::string contradiction(WatchOptions const& options, Texts const& texts) {
  constexpr auto kSee = "; see 'lastack watch --help'";
  if (texts.lives && texts.tally) {
    return fmt::format("--lives and --tally exclude each other{}", kSee);
  }
  if (texts.findings && (texts.lives || texts.tally)) {
    return fmt::format("--findings excludes --lives and --tally{}", kSee);
  }
  if (texts.findings && options.count) {
    return fmt::format("--count counts transitions and lives, not --findings{}", kSee);
  }
  if (!texts.findings && options.detectors.is_made()) {
    return fmt::format("--only, --skip, --config, --baseline and --lang need --findings{}", kSee);
  }
  if (texts.tally && options.count) {
    return fmt::format("--tally has no lines for --count to count{}", kSee);
  }
  if (options.poll && !texts.ring.empty()) {
    return fmt::format("--ring-size is of no use with --poll, which has no buffer{}", kSee);
  }
  if (options.interval < std::chrono::milliseconds(10)) {
    return fmt::format("--interval: '{}' is less than 10ms{}", texts.interval, kSee);
  }
  return "";
}

}  // namespace

std::expected<WatchOptions, int> parse_watch_options(std::span<char const* const> arguments) {
  CLI::App app("every TCP state change of the machine, as it happens", "lastack watch [FILTER]");
  WatchOptions options;
  Texts texts;
  app.allow_extras();  // the filter, see parse_list_options()
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add_options(app, options, texts);
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "watch")) return std::unexpected(*exit);

  if (texts.lives) options.view = WatchView::Lives;
  if (texts.tally) options.view = WatchView::Tally;
  if (texts.findings) options.view = WatchView::Findings;
  finish_choice(options.detectors);
  options.color = read_color(texts.color);
  options.interval = checked_duration(texts.interval);
  if (!texts.duration.empty()) options.duration = checked_duration(texts.duration);
  if (!texts.count.empty()) options.count = read_number(texts.count);
  if (!texts.ring.empty())
    options.ring_bytes = read_number(texts.ring).value_or(options.ring_bytes);
  if (auto const problem = contradiction(options, texts); !problem.empty()) {
    complain("watch", problem);
    return std::unexpected(kExitUsage);
  }
  options.filter = fmt::format("{}", fmt::join(app.remaining(), " "));
  return options;
}

}  // namespace lastack::app
