// What lastack may do here, and what each permission gives it.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hh"

namespace lastack::app {

struct Capability {
  std::string_view name;   // "cap_bpf"
  std::string_view gives;  // what lastack does with it
  int number;              // CAP_* of linux/capability.h
};

// Those lastack makes use of. Root has them all.
[[nodiscard]] std::span<Capability const> useful_capabilities();

// The useful ones that are not effective in this process.
[[nodiscard]] base::Result<std::vector<Capability>> missing_capabilities();

// Drops for good what is not useful, and every way to gain more. For the calling thread and those
// that it starts: to be called before there are others.
[[nodiscard]] base::Result<void> keep_only_useful_capabilities();

// What helps where the kernel refused an action for want of `capability` ("CAP_NET_ADMIN"): one
// line. Where lastack has it already, what stands in the way all the same.
[[nodiscard]] std::string remedy_for(std::string_view capability);

// "sudo setcap cap_bpf,…+ep /path/to/lastack": the one command that gives all of them.
[[nodiscard]] std::string grant_command();

}  // namespace lastack::app
