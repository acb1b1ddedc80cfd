// `lastack diagnose --list`: every detector, whether it is on, and its thresholds as they are set.
#pragma once

#include <string>

#include "detect/config.hh"
#include "ui/explain/page.hh"

namespace lastack::ui {

void write_detector_list(std::string& out, PageStyle const& style, detect::Config const& config);
// One object a line.
void write_detector_list_json(std::string& out, detect::Config const& config,
                              base::Language language);

// "40 hosts", "60 %", "0.5".
[[nodiscard]] std::string threshold_value(detect::Threshold const& threshold, double value);

}  // namespace lastack::ui
