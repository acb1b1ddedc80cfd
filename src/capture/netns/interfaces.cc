#include "capture/netns/interfaces.hh"

#include <net/if.h>

#include <array>

namespace lastack::capture::netns {

std::optional<std::string> interface_name_here(std::uint32_t index) {
  std::array<char, IF_NAMESIZE> name{};
  if (::if_indextoname(index, name.data()) == nullptr) return std::nullopt;
  return std::string(name.data());
}

}  // namespace lastack::capture::netns
