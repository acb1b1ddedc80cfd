// `lastack lab fuzz`: random lives of connections, played to the simulated host and to the running
// kernel.
#pragma once

#include <span>

namespace lastack::app {

int run_lab_fuzz(std::span<char const* const> arguments);

}  // namespace lastack::app
