#include "detect/registry.hh"

#include <algorithm>
#include <array>

namespace lastack::detect {

// Each stands in the file of its name.
extern Detector const kSynFanout;

namespace {

constexpr std::array kDetectors{
    &kSynFanout,
};

}  // namespace

std::span<Detector const* const> detectors() { return kDetectors; }

Detector const* find_detector(std::string_view id) {
  auto const* found = std::ranges::find(kDetectors, id, &Detector::id);
  return found == kDetectors.end() ? nullptr : *found;
}

}  // namespace lastack::detect
