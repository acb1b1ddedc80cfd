// `lastack lab check`: the table against the running kernel.
#pragma once

#include <span>

namespace lastack::app {

int run_lab_check(std::span<char const* const> arguments);

}  // namespace lastack::app
