#include "detect/config.hh"

#include <algorithm>
#include <utility>

namespace lastack::detect {

Config::Config() : on_(detectors().size(), true) {
  values_.reserve(detectors().size());
  for (auto const* detector : detectors()) {
    auto& values = values_.emplace_back();
    values.reserve(detector->thresholds.size());
    for (auto const& threshold : detector->thresholds) values.push_back(threshold.usual);
  }
}

Findings look(Config const& config, Scene const& scene) {
  Findings found;
  for (std::size_t i = 0; i < detectors().size(); ++i) {
    if (config.is_on(i)) detectors()[i]->look(scene, config.knobs(i), found);
  }
  std::ranges::stable_sort(found, model::goes_before);
  return found;
}

}  // namespace lastack::detect
