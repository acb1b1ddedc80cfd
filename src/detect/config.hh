// Which detectors look, and with which thresholds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detect/detector.hh"
#include "detect/registry.hh"

namespace lastack::detect {

class Config {
 public:
  Config();  // all detectors with their usual thresholds

  [[nodiscard]] bool is_on(std::size_t detector) const { return on_[detector]; }
  void turn(std::size_t detector, bool on) { on_[detector] = on; }
  [[nodiscard]] Knobs knobs(std::size_t detector) const { return Knobs(values_[detector]); }
  // `value` must lie within the threshold's limits.
  void set(std::size_t detector, std::size_t threshold, double value) {
    values_[detector][threshold] = value;
  }

 private:
  std::vector<bool> on_;
  std::vector<std::vector<double>> values_;  // by detectors(), by their thresholds
};

// What all detectors that are on find, in the order of model::goes_before().
[[nodiscard]] Findings look(Config const& config, Scene const& scene);

}  // namespace lastack::detect
