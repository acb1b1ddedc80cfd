// The command line of `lastack lab check`.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>

#include "tcp/reading.hh"

namespace lastack::app {

struct LabCheckOptions {
  tcp::Reading const* reading = &tcp::kLinux;
  std::optional<std::string> save;  // the kernel's matrix, into that file
  bool all = false;                 // print the kernel's matrix instead of comparing
};

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<LabCheckOptions, int> parse_lab_check_options(
    std::span<char const* const> arguments);

}  // namespace lastack::app
