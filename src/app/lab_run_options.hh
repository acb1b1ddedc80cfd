// The command line of `lastack lab run`.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "base/phrase.hh"
#include "lab/moment.hh"
#include "tcp/reading.hh"

namespace lastack::app {

enum class LadderFormat : std::uint8_t { Text, Svg, Json, Pcap };

struct LabRunOptions {
  std::string scenario;                   // a name or a file
  bool kernel = false;                    // the running kernel plays a host
  std::string kernel_host;                // this one; "": the first that it can play
  tcp::Reading const* reading = nullptr;  // nullptr: the scenario's
  std::uint64_t seed = 1;
  std::optional<double> loss{};  // 0 ... 1; of the wire, instead of the scenario's
  std::optional<double> duplication{};
  std::optional<lab::Span> delay{};
  std::optional<lab::Span> jitter{};
  LadderFormat format = LadderFormat::Text;
  std::optional<std::string> output{};  // a file
  bool step = false;
  base::Language language = base::Language::English;

  // The wire is another one than the scenario was written for.
  [[nodiscard]] bool changes_wire() const { return loss || duplication || delay || jitter; }
};

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<LabRunOptions, int> parse_lab_run_options(
    std::span<char const* const> arguments);

}  // namespace lastack::app
