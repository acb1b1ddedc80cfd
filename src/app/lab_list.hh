// `lastack lab list`: the scenarios that come with lastack.
#pragma once

#include <span>

namespace lastack::app {

int run_lab_list(std::span<char const* const> arguments);

}  // namespace lastack::app
