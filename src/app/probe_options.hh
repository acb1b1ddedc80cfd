// The command line of `lastack probe`.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "act/probe.hh"
#include "act/probe_target.hh"
#include "app/terminal.hh"
#include "base/phrase.hh"

namespace lastack::app {

struct ProbeCommand {
  // A run makes at most so many connections, unless --all-ports says that it is meant.
  static constexpr std::size_t kMaxProbes = 1024;
  static constexpr std::size_t kMaxAllProbes = 262'144;

  std::vector<act::ProbeSpec> specs;
  act::ProbeOptions options;
  std::optional<model::Family> family;  // nullopt: both
  std::optional<std::string> netns;     // a label
  bool all_ports = false;
  bool steps = false;  // also of many ports
  bool quiet = false;
  bool json = false;
  base::Language language = base::Language::English;
  Color color = Color::Auto;

  [[nodiscard]] std::size_t limit() const { return all_ports ? kMaxAllProbes : kMaxProbes; }
};

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<ProbeCommand, int> parse_probe_options(
    std::span<char const* const> arguments);

// "\r\n", "\t", "\\", "\x41" in `text` become what they stand for; nullopt: there is another
// backslash.
[[nodiscard]] std::optional<std::string> unescaped(std::string_view text);

}  // namespace lastack::app
