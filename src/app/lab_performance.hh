// A scenario played: in the lab, or with the running kernel as one of its hosts.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.hh"
#include "lab/play/player.hh"

namespace lastack::app {

struct Performance {
  lab::Story story;
  std::optional<lab::Disappointment> disappointment{};
};

// `strict`: ends where the first expectation fails.
[[nodiscard]] Performance perform(lab::Scenario const& scenario, lab::StageTraits const& traits,
                                  bool strict);

// The calling process, which must have one thread, moves into a private network for good. Error:
// that cannot be had, or the kernel has not one of the scenario's settings.
[[nodiscard]] base::Result<Performance> perform_with_kernel(lab::Scenario const& scenario,
                                                            lab::StageTraits const& traits,
                                                            lab::PartId part, bool strict,
                                                            lab::Player::Stop const& stop = {});

// The kernel's name: "6.18.44".
[[nodiscard]] std::string kernel_release();

}  // namespace lastack::app
