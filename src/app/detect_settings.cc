#include "app/detect_settings.hh"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "app/own_files.hh"
#include "app/toml.hh"
#include "base/text.hh"

namespace lastack::app {
namespace {

using detect::Config;
using detect::Detector;

constexpr std::string_view kEnabled = "enabled";

std::optional<std::size_t> index_of(std::string_view id) {
  auto const all = detect::detectors();
  auto const found = std::ranges::find(all, id, &Detector::id);
  if (found == all.end()) return std::nullopt;
  return static_cast<std::size_t>(found - all.begin());
}

// What was meant, perhaps.
std::string nearest(std::string_view name) {
  auto const all = detect::detectors();
  auto const* best = *std::ranges::min_element(
      all, {}, [&](Detector const* each) { return base::edit_distance(each->id, name); });
  return base::edit_distance(best->id, name) <= 3 ? fmt::format(" (is it {}?)", best->id) : "";
}

base::Error no_detector(std::string_view name) {
  return {fmt::format("there is no detector '{}'{}; 'lastack diagnose --list' shows all",
                      base::printable(name), nearest(name))};
}

std::string accepted_by(Detector const& detector) {
  std::string names(kEnabled);
  for (auto const& threshold : detector.thresholds) names.append(", ").append(threshold.name);
  return names;
}

base::Result<void> set(Config& config, std::size_t index, std::string_view name,
                       toml::node const& node) {
  auto const& detector = *detect::detectors()[index];
  if (name == kEnabled) {
    auto const on = node.value_exact<bool>();
    if (!on) return base::fail(fmt::format("[{}] enabled is not true or false", detector.id));
    config.turn(index, *on);
    return {};
  }
  auto const found = std::ranges::find(detector.thresholds, name, &detect::Threshold::name);
  if (found == detector.thresholds.end()) {
    return base::fail(fmt::format("[{}] has no setting '{}'; it has: {}", detector.id,
                                  base::printable(name), accepted_by(detector)));
  }
  auto const value = node.value<double>();
  bool const is_number = node.is_integer() || node.is_floating_point();
  if (!value || !is_number || !(*value >= found->least && *value <= found->most)) {
    return base::fail(fmt::format("[{}] {} is not a number from {:g} to {:g} ({})", detector.id,
                                  name, found->least, found->most, found->unit));
  }
  config.set(index, static_cast<std::size_t>(found - detector.thresholds.begin()), *value);
  return {};
}

}  // namespace

std::string detect_settings_path() { return config_path("diagnose.toml"); }

base::Result<void> apply_detect_settings(std::string_view text, Config& config) {
  auto const parsed = toml::parse(text);
  if (!parsed) {
    auto const& error = parsed.error();
    return base::fail(fmt::format("line {}, column {}: {}", error.source().begin.line,
                                  error.source().begin.column,
                                  base::printable(error.description())));
  }
  auto changed = config;
  for (auto const& [id, node] : parsed.table()) {
    auto const index = index_of(id.str());
    if (!index) return std::unexpected(no_detector(id.str()));
    auto const* table = node.as_table();
    if (table == nullptr)
      return base::fail(fmt::format("{} is not a table [{}]", id.str(), id.str()));
    for (auto const& [name, value] : *table) {
      if (auto done = set(changed, *index, name.str(), value); !done) return done;
    }
  }
  config = std::move(changed);
  return {};
}

base::Result<void> read_detect_settings(std::string const& path, bool asked, Config& config) {
  if (path.empty()) return {};
  auto const text = read_own_file(path);
  if (!text) return std::unexpected(text.error());
  auto const& content = *text;
  auto const name = base::printable(path);
  if (!content) return asked ? base::fail(name + ": there is no such file") : base::Result<void>();
  auto const applied = apply_detect_settings(*content, config);
  return applied ? applied : base::fail(name + ": " + applied.error().message);
}

base::Result<void> choose_detectors(std::vector<std::string> const& only,
                                    std::vector<std::string> const& skip, Config& config) {
  for (auto const& name : only) {
    if (!index_of(name)) return std::unexpected(no_detector(name));
  }
  for (std::size_t i = 0; !only.empty() && i < detect::detectors().size(); ++i) {
    bool const wanted = std::ranges::find(only, detect::detectors()[i]->id) != only.end();
    config.turn(i, wanted);
  }
  for (auto const& name : skip) {
    auto const index = index_of(name);
    if (!index) return std::unexpected(no_detector(name));
    config.turn(*index, false);
  }
  return {};
}

}  // namespace lastack::app
