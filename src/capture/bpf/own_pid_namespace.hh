// The pid namespace that lastack is in.
#pragma once

#include <cstdint>

#include "base/error.hh"

namespace lastack::capture::bpf {

// Inode of /proc/self/ns/pid; 0 for the machine's initial one.
[[nodiscard]] base::Result<std::uint32_t> own_pid_namespace();

}  // namespace lastack::capture::bpf
