// The baseline as a TOML file that people can read and edit.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hh"
#include "detect/baseline.hh"

namespace lastack::app {

// "" where nothing says where.
[[nodiscard]] std::string baseline_path();

[[nodiscard]] base::Result<detect::Baseline> parse_baseline(std::string_view text);
[[nodiscard]] std::string baseline_text(detect::Baseline const& baseline);

// nullopt: there is none. Error: it cannot be read, or what is wrong in it.
[[nodiscard]] base::Result<std::optional<detect::Baseline>> read_baseline(std::string const& path);
[[nodiscard]] base::Result<void> write_baseline(std::string const& path,
                                                detect::Baseline const& baseline);

}  // namespace lastack::app
