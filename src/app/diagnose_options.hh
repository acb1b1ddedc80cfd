// The command line of `lastack diagnose`.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "app/detector_choice.hh"
#include "app/terminal.hh"
#include "model/finding.hh"

namespace lastack::app {

struct DiagnoseOptions {
  DetectorChoice detectors;
  std::chrono::milliseconds duration{10'000};                         // 0: one look
  std::optional<model::Severity> fail_on = model::Severity::Warning;  // nullopt: never
  bool json = false;
  bool list = false;   // the detectors
  bool learn = false;  // a baseline
  bool poll = false;
  Color color = Color::Auto;
  std::string filter;
};

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<DiagnoseOptions, int> parse_diagnose_options(
    std::span<char const* const> arguments);

}  // namespace lastack::app
