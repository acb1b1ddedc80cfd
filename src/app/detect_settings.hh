// The settings of diagnosis as a TOML file: a table for each detector, with its thresholds and
// `enabled`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hh"
#include "detect/config.hh"

namespace lastack::app {

// "" where nothing says where.
[[nodiscard]] std::string detect_settings_path();

// Changes `config` by what stands in the text. Error: the first thing that is wrong, and what is
// accepted; then nothing has changed.
[[nodiscard]] base::Result<void> apply_detect_settings(std::string_view text,
                                                       detect::Config& config);
// The file at `path`. One that is not there is an error only where it is `asked` for.
[[nodiscard]] base::Result<void> read_detect_settings(std::string const& path, bool asked,
                                                      detect::Config& config);

// Leaves on only those of `only` (all of them where it is empty) and not those of `skip`. Error:
// names no detector.
[[nodiscard]] base::Result<void> choose_detectors(std::vector<std::string> const& only,
                                                  std::vector<std::string> const& skip,
                                                  detect::Config& config);

}  // namespace lastack::app
