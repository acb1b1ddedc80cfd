#include "app/lab_reading.hh"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hh"

namespace lastack::app {

tcp::Reading const* reading_named(std::string_view name) {
  auto const* found = std::ranges::find(tcp::kReadings, name, &tcp::Reading::name);
  return found == tcp::kReadings.end() ? nullptr : *found;
}

std::string some_reading(std::string const& text) {
  if (reading_named(text) != nullptr) return "";
  std::string names;
  for (auto const* each : tcp::kReadings) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", each->name);
  }
  return fmt::format("'{}' is none of {}", base::printable(text), names);
}

}  // namespace lastack::app
