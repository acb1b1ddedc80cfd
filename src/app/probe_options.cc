#include "app/probe_options.hh"

#include <CLI/CLI.hpp>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "app/argument_checks.hh"
#include "app/command.hh"
#include "app/command_line.hh"
#include "app/language.hh"
#include "app/names.hh"
#include "app/probe_targets.hh"

namespace lastack::app {
namespace {

constexpr auto kFooter =
    "PORT is a number, a range (8000-8010), a service name, or a list of them with commas:\n"
    "  lastack probe db.example:5432            the steps of one connection, and what it means\n"
    "  lastack probe '[2001:db8::1]:443' --http\n"
    "  lastack probe web 22,80,8000-8010        a table\n"
    "A name is probed at all its addresses; its port counts as open where one of them is.\n"
    "At most 1024 connections a run, 262144 with --all-ports. Every run is written to the system\n"
    "log. What the verdicts mean: docs/probe.md.\n"
    "exit status: 0 every port asked for is open, 1 one is not or something failed, 2 wrong usage";

constexpr auto kHttp = "HEAD / HTTP/1.0\r\n\r\n";

struct Texts {
  std::string timeout = "5";
  std::string banner = "1";
  std::string send;
  bool http = false;
  std::string source;
  std::string netns;
  std::string rate = "50";
  std::string concurrency = "16";
  std::string language = "auto";
  std::string color = "auto";
  bool v4 = false;
  bool v6 = false;
};

std::optional<unsigned> read_bounded(std::string const& text, unsigned most) {
  unsigned value = 0;
  auto const* end = text.data() + text.size();
  auto const [stop, problem] = std::from_chars(text.data(), end, value);
  bool const good = problem == std::errc() && stop == end && value >= 1 && value <= most;
  return good ? std::optional(value) : std::nullopt;
}

auto a_number_up_to(unsigned most) {
  return [most](std::string const& text) {
    return read_bounded(text, most) ? std::string()
                                    : fmt::format("'{}' is no number from 1 to {}", text, most);
  };
}

// `text` has passed some_seconds().
std::chrono::milliseconds checked_seconds(std::string const& text) {
  return std::chrono::milliseconds(std::lround(read_seconds(text).value_or(0) * 1000));
}

void add_options(CLI::App& app, ProbeCommand& command, Texts& texts) {
  using act::ProbeOptions;
  app.add_option("--timeout", texts.timeout, "how long the handshake may take (5)")
      ->check(some_seconds)
      ->type_name("SECONDS");
  app.add_option("--banner", texts.banner, "how long the peer may take to speak (1); 0: close")
      ->check(some_seconds)
      ->type_name("SECONDS");
  app.add_option("--send", texts.send, "say that first; \\r \\n \\t \\\\ and \\xHH are understood")
      ->type_name("TEXT");
  app.add_flag("--http", texts.http, "say 'HEAD / HTTP/1.0' first");
  app.add_flag("-4", texts.v4, "IPv4 addresses only");
  app.add_flag("-6", texts.v6, "IPv6 addresses only");
  app.add_option("--source", texts.source, "the local address to connect from")
      ->type_name("ADDRESS");
  app.add_option("--netns", texts.netns, "connect from that network namespace (see list)")
      ->type_name("NAME");
  app.add_option("--rate", texts.rate, "connections begun a second, at most 1000 (50)")
      ->check(a_number_up_to(ProbeOptions::kMaxRate))
      ->type_name("N");
  app.add_option("--concurrency", texts.concurrency, "connections at once, at most 256 (16)")
      ->check(a_number_up_to(ProbeOptions::kMaxConcurrency))
      ->type_name("N");
  app.add_flag("--all-ports", command.all_ports, "more than 1024 connections are meant");
  app.add_flag("--steps", command.steps, "show the steps of each of many ports, too");
  app.add_flag("-q,--quiet", command.quiet, "one line a port: ADDRESS:PORT VERDICT");
  app.add_flag("--json", command.json, "JSON Lines, an object a port (docs/probe.schema.json)");
  app.add_option("--lang", texts.language, "en, zh or auto (the default): that of the locale")
      ->check(one_of_the_languages)
      ->type_name("LANGUAGE");
  app.add_option("--color", texts.color, "auto (the default), always or never")
      ->check(one_of_the_colors)
      ->type_name("WHEN");
}

std::string contradiction(ProbeCommand const& command, Texts const& texts) {
  if (texts.v4 && texts.v6) return "-4 and -6 exclude each other; without them both are probed";
  if (texts.http && !texts.send.empty()) return "--http and --send exclude each other";
  if (command.json && command.quiet) return "--json and --quiet exclude each other";
  if (command.steps && command.quiet) return "--steps and --quiet exclude each other";
  if (command.options.timeout.count() < 1) return "--timeout: nothing answers in no time";
  bool const speaks = texts.http || !texts.send.empty();
  if (speaks && command.options.banner.count() == 0) {
    return "--banner 0 closes at once, so nothing can be said; leave it out";
  }
  return "";
}

// "" where all is well.
std::string take_texts(ProbeCommand& command, Texts const& texts) {
  auto& options = command.options;
  options.timeout = checked_seconds(texts.timeout);
  options.banner = checked_seconds(texts.banner);
  options.rate = read_bounded(texts.rate, act::ProbeOptions::kMaxRate).value_or(options.rate);
  options.concurrency = read_bounded(texts.concurrency, act::ProbeOptions::kMaxConcurrency)
                            .value_or(options.concurrency);
  auto const words = unescaped(texts.send);
  if (!words) return "--send: after a backslash only r, n, t, \\ and xHH may follow";
  options.send = texts.http ? kHttp : *words;
  if (texts.v4 != texts.v6) command.family = texts.v4 ? model::Family::Inet : model::Family::Inet6;
  if (!texts.source.empty()) {
    auto const source = read_address(texts.source);
    if (!source) return "--source: '" + texts.source + "' is no IPv4 or IPv6 address";
    if (command.family.value_or(source->family) != source->family) {
      return "--source: '" + texts.source + "' is of the family that was excluded";
    }
    options.source = source->address;
    options.source_family = source->family;
    command.family = source->family;
  }
  if (!texts.netns.empty()) command.netns = texts.netns;
  command.language = read_language(texts.language);
  command.color = read_color(texts.color);
  return contradiction(command, texts);
}

std::optional<unsigned char> read_hex(std::string_view digits) {
  unsigned char value = 0;
  auto const* end = digits.data() + digits.size();
  auto const [stop, problem] = std::from_chars(digits.data(), end, value, 16);
  bool const good = digits.size() == 2 && problem == std::errc() && stop == end;
  return good ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<std::string> unescaped(std::string_view text) {
  constexpr std::array<std::pair<char, char>, 4> kLetters{
      {{'r', '\r'}, {'n', '\n'}, {'t', '\t'}, {'\\', '\\'}}};
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    if (++at == text.size()) return std::nullopt;
    auto const* letter = std::ranges::find(kLetters, text[at], &std::pair<char, char>::first);
    if (letter != kLetters.end()) {
      out += letter->second;
      continue;
    }
    auto const byte = text[at] == 'x' ? read_hex(text.substr(at + 1, 2)) : std::nullopt;
    if (!byte) return std::nullopt;
    out += static_cast<char>(*byte);
    at += 2;
  }
  return out;
}

std::expected<ProbeCommand, int> parse_probe_options(std::span<char const* const> arguments) {
  CLI::App app("connects to ports, and shows step by step what comes back and what it means",
               "lastack probe HOST:PORT... | HOST PORT...");
  ProbeCommand command;
  Texts texts;
  app.allow_extras();
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add_options(app, command, texts);
  app.footer(kFooter);
  if (auto const exit = parse_command_line(app, arguments, "probe")) return std::unexpected(*exit);

  auto const refuse = [](std::string const& problem) {
    complain("probe", problem + "; see 'lastack probe --help'");
    return std::unexpected(kExitUsage);
  };
  if (auto const problem = take_texts(command, texts); !problem.empty()) return refuse(problem);
  auto const words = app.remaining();
  auto const services = [](std::string_view name) { return SystemNames().service_port(name); };
  auto specs = act::parse_probe_targets(words, services);
  if (!specs) return refuse(specs.error().message);
  if (specs->empty()) return refuse("what to probe is missing: HOST:PORT");
  std::size_t ports = 0;
  for (auto const& spec : *specs) ports += spec.ports.size();
  if (ports > command.limit()) {
    return refuse(fmt::format("{} ports are more than the {} of a run{}", ports, command.limit(),
                              command.all_ports ? "" : "; --all-ports if they are meant"));
  }
  command.specs = std::move(*specs);
  return command;
}

}  // namespace lastack::app
