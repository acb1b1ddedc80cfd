// All detectors. A new one is a file with its `extern const Detector`, and a row in registry.cc.
#pragma once

#include <span>
#include <string_view>

#include "detect/detector.hh"

namespace lastack::detect {

[[nodiscard]] std::span<Detector const* const> detectors();
// nullptr: there is none of that name.
[[nodiscard]] Detector const* find_detector(std::string_view id);

}  // namespace lastack::detect
