#include "app/lab_scenarios.hh"

#include <algorithm>

#include <fmt/format.h>

#include "app/own_files.hh"
#include "base/text.hh"
#include "lab/scenario/library.hh"
#include "lab/scenario/parser.hh"

namespace lastack::app {
namespace {

std::string closest_names(std::string_view name) {
  std::string text;
  for (auto const& each : lab::library()) {
    bool const near = each.name.find(name) != std::string_view::npos ||
                      base::edit_distance(each.name, name) <= each.name.size() / 3;
    if (near) text += fmt::format("{}{}", text.empty() ? "" : ", ", each.name);
  }
  return text;
}

}  // namespace

base::Result<lab::Scenario> find_scenario(std::string const& name_or_path) {
  auto const library = lab::library();
  auto const found = std::ranges::find(library, name_or_path, &lab::LibraryScenario::name);
  if (found != library.end()) return lab::parse_scenario(found->name, found->text);
  bool const path = name_or_path.find('/') != std::string::npos || name_or_path.ends_with(".lab");
  if (!path) {
    auto const near = closest_names(name_or_path);
    return base::fail(fmt::format("there is no scenario '{}'{}; see 'lastack lab list'",
                                  base::printable(name_or_path),
                                  near.empty() ? "" : ", but: " + near));
  }
  auto const text = read_own_file(name_or_path);
  if (!text) return std::unexpected(text.error());
  auto const name = base::printable(name_or_path);
  if (auto const& there = *text) return lab::parse_scenario(name, *there);
  return base::fail(fmt::format("there is no file {}", name));
}

}  // namespace lastack::app
