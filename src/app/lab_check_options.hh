// The command line of `lastack lab check`.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "tcp/reading.hh"

namespace lastack::app {

enum class LabCheckOnly : std::uint8_t { Both, Matrix, Scenarios };

struct LabCheckOptions {
  LabCheckOnly only = LabCheckOnly::Both;
  tcp::Reading const* reading = &tcp::kLinux;
  std::optional<std::string> save;  // the kernel's matrix, into that file
  bool all = false;                 // print the kernel's matrix instead of comparing

  // Scenarios were written for one reading; they say nothing of another.
  [[nodiscard]] bool wants_scenarios() const {
    return only != LabCheckOnly::Matrix && !all && reading == &tcp::kLinux;
  }
  [[nodiscard]] bool wants_matrix() const { return only != LabCheckOnly::Scenarios; }
};

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<LabCheckOptions, int> parse_lab_check_options(
    std::span<char const* const> arguments);

}  // namespace lastack::app
