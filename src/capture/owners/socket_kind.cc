#include "capture/owners/socket_kind.hh"

#include <sys/xattr.h>

#include <array>
#include <string>
#include <string_view>

namespace lastack::capture::owners {

bool is_listed_socket(std::uint32_t pid, std::int32_t fd) {
  auto const path = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(fd);
  std::array<char, 32> name{};
  auto const length = ::getxattr(path.c_str(), "system.sockprotoname", name.data(), name.size());
  if (length <= 0) return false;
  std::string_view const protocol(name.data());  // "TCP", "UDPv6", "MPTCP", "UNIX", …
  return protocol.starts_with("TCP") || protocol.starts_with("UDP") ||
         protocol.starts_with("MPTCP");
}

}  // namespace lastack::capture::owners
