// What the kernel knows about a loaded program.
#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cstdint>

namespace lastack::capture::bpf {

// How often it was not run because it was running already, further down on the same CPU.
[[nodiscard]] inline std::uint64_t recursion_misses(bpf_program const* program) {
  bpf_prog_info info{};
  std::uint32_t length = sizeof(info);
  if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &length) != 0) return 0;
  return info.recursion_misses;
}

}  // namespace lastack::capture::bpf
