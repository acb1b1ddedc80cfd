// The command line of `lastack lab fuzz`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

namespace lastack::app {

struct LabFuzzOptions {
  std::uint64_t seed = 1;  // number of the first life
  std::size_t cases = 1000;
  std::optional<std::string> save{};  // each difference as a scenario file into that folder
};

// The options, or the exit status where help was printed or the usage was wrong (and said).
[[nodiscard]] std::expected<LabFuzzOptions, int> parse_lab_fuzz_options(
    std::span<char const* const> arguments);

}  // namespace lastack::app
