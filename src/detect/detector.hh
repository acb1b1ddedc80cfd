// A detector: what it looks at, its thresholds, what it says; and a pure function that looks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/phrase.hh"
#include "detect/scene.hh"
#include "model/finding.hh"

namespace lastack::detect {

struct Threshold {
  std::string_view name;  // in the settings file: lower case, "_" between words
  double usual = 0;
  double least = 0;
  double most = 1e9;
  std::string_view unit;  // "hosts", "s", "%", "1/s"
  base::Phrase meaning;   // one clause: "distinct hosts tried within the window"
};

// The values of one detector's thresholds, in their order.
class Knobs {
 public:
  explicit Knobs(std::span<double const> values) : values_(values) {}
  [[nodiscard]] double operator[](std::size_t index) const { return values_[index]; }

 private:
  std::span<double const> values_;
};

using Findings = std::vector<model::Finding>;

// Everything a reader of docs/detectors.md is told, in both languages.
struct Detector {
  std::string_view id;  // "syn-fanout"
  base::Phrase title;   // what it finds, one clause
  base::Phrase looks_at;
  base::Phrase matters;  // why it matters, what it may mean
  base::Phrase silent;   // what looks similar and is not reported
  model::Severity worst = model::Severity::Warning;
  bool needs_events = false;  // without watched transitions it finds nothing
  std::span<Threshold const> thresholds;
  std::span<std::string_view const> references;
  // Appends what it finds. Pure: the same scene gives the same findings.
  void (*look)(Scene const& scene, Knobs const& knobs, Findings& found) = nullptr;
};

}  // namespace lastack::detect
