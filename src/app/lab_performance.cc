#include "app/lab_performance.hh"

#include <sys/utsname.h>

#include <fmt/format.h>

#include "lab/scenario/host_settings.hh"
#include "rig/kernel_subject.hh"

namespace lastack::app {

Performance perform(lab::Scenario const& scenario, lab::StageTraits const& traits, bool strict) {
  lab::Stage stage(scenario, traits);
  lab::Player player(scenario, stage);
  auto disappointment = player.play(strict);
  return {stage.take_story(), std::move(disappointment)};
}

base::Result<Performance> perform_with_kernel(lab::Scenario const& scenario,
                                              lab::StageTraits const& traits, lab::PartId part,
                                              bool strict, lab::Player::Stop const& stop) {
  auto const& host = scenario.parts[part];
  auto kernel = rig::KernelSubject::enter(host.address);
  if (!kernel) return std::unexpected(kernel.error());
  for (auto const& [name, value] : host.settings) {
    auto const set = (*kernel)->set_host(lab::find_host_setting(name)->kernel, value);
    if (!set) return std::unexpected(set.error());
  }
  lab::Stage stage(scenario, traits, {.subject = kernel->get(), .part = part});
  lab::Player player(scenario, stage);
  auto disappointment = player.play(strict, stop);
  if (auto const& failure = (*kernel)->failure()) return std::unexpected(*failure);
  return Performance{stage.take_story(), std::move(disappointment)};
}

std::string kernel_release() {
  utsname names{};
  return ::uname(&names) == 0 ? names.release : "unknown";
}

}  // namespace lastack::app
