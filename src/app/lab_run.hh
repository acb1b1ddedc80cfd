// `lastack lab run`: one scenario, step by step.
#pragma once

#include <span>

namespace lastack::app {

int run_lab_run(std::span<char const* const> arguments);

}  // namespace lastack::app
