#include "app/lab_check_scenarios.hh"

#include <optional>

#include <fmt/format.h>

#include "app/apart.hh"
#include "app/lab_performance.hh"
#include "lab/play/agreement.hh"
#include "lab/scenario/library.hh"
#include "lab/scenario/parser.hh"
#include "rig/kernel_subject.hh"

namespace lastack::app {
namespace {

constexpr std::size_t kAtOnce = 100;
constexpr int kGap = 40;  // ms: making a namespace keeps a core busy
constexpr int kTimes = 3;
constexpr std::string_view kEqual = "equal";

struct Role {
  lab::Scenario const* scenario;
  lab::PartId part;
};

std::string words_of(lab::Disappointment const& problem) {
  return fmt::format("line {}: {}", problem.line, problem.what);
}

// "equal", or what differs.
std::string play(Role const& role, std::function<bool()> const& stop) {
  auto const& scenario = *role.scenario;
  lab::StageTraits const traits{.reading = scenario.readings.front(), .wire = scenario.wire};
  auto const alone = perform(scenario, traits, true);
  if (auto const& problem = alone.disappointment) return words_of(*problem);
  auto const with =
      perform_with_kernel(scenario, traits, role.part, true, [&](std::size_t) { return stop(); });
  if (!with) return with.error().message;
  if (auto const& problem = with->disappointment) return words_of(*problem);
  auto const different = lab::disagreements(lab::compare(with->story, alone.story));
  return different == 0 ? std::string(kEqual) : fmt::format("{} lines differ", different);
}

// A machine without such networks differs in nothing: it cannot be asked.
base::Result<void> require_networks() {
  constexpr std::uint32_t kAddress = 0x0a000001;
  auto const enter = [] {
    auto const kernel = rig::KernelSubject::enter(kAddress);
    return kernel ? std::string() : kernel.error().message;
  };
  auto const said = do_apart({enter}, 1, kGap, [](std::size_t) { return true; });
  if (!said) return std::unexpected(said.error());
  auto const& problem = said->front();
  if (!problem) return base::fail("a private network: its process ended");
  if (!problem->empty()) return base::fail(*problem);
  return {};
}

}  // namespace

base::Result<std::vector<ui::CheckedScenario>> check_scenarios(
    std::function<bool(std::size_t done, std::size_t all)> const& look,
    std::function<bool()> const& stop) {
  if (auto const there = require_networks(); !there) return std::unexpected(there.error());
  std::vector<lab::Scenario> scenarios;
  for (auto const& [name, text] : lab::library()) {
    auto scenario = lab::parse_scenario(name, text);
    if (!scenario) return std::unexpected(scenario.error());
    scenarios.push_back(std::move(*scenario));
  }
  std::vector<Role> roles;
  std::vector<Work> works;
  for (auto const& scenario : scenarios) {
    for (lab::PartId part = 0; part < scenario.parts.size(); ++part) {
      if (!scenario.parts[part].kernel) continue;
      roles.push_back({&scenario, part});
      works.emplace_back([role = roles.back(), &stop] { return play(role, stop); });
    }
  }
  auto const watch = [&](std::size_t done) { return look(done, works.size()); };
  auto answers = do_apart(works, kAtOnce, kGap, watch);
  if (!answers) return std::unexpected(answers.error());
  std::vector<ui::CheckedScenario> checked;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    auto answer = (*answers)[i];
    for (int more = 0; more < kTimes - 1 && answer && *answer != kEqual && !stop(); ++more) {
      auto const again = do_apart({works[i]}, 1, kGap, [&](std::size_t) { return !stop(); });
      if (!again) return std::unexpected(again.error());
      answer = again->front();
    }
    if (!answer) continue;
    checked.push_back({.name = roles[i].scenario->file,
                       .host = roles[i].scenario->parts[roles[i].part].name,
                       .difference = *answer == kEqual ? "" : *answer});
  }
  return checked;
}

}  // namespace lastack::app
