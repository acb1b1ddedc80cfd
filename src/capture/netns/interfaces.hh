// Names of network interfaces. An index means something only inside its namespace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lastack::capture::netns {

// In the namespace that the calling thread is in; nullopt: there is none of this index. Unescaped.
[[nodiscard]] std::optional<std::string> interface_name_here(std::uint32_t index);

}  // namespace lastack::capture::netns
