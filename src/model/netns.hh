// Network namespaces.
#pragma once

#include <cstdint>
#include <string>

namespace lastack::model {

struct NetNs {
  std::uint64_t inode = 0;  // of nsfs, as in "net:[4026531840]"
  std::string label;        // "host", `ip netns` name, short container id, or "nginx[123]"
};

}  // namespace lastack::model
