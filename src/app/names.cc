#include "app/names.hh"

#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

namespace lastack::app {
namespace {

constexpr std::size_t kRecordBuffer = 4096;

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

std::optional<filter::HostAddress> to_host_address(addrinfo const& entry) {
  if (entry.ai_family == AF_INET) {
    auto const* address = reinterpret_cast<sockaddr_in const*>(entry.ai_addr);
    return filter::HostAddress{model::Address::from_bytes(&address->sin_addr, model::Family::Inet),
                               model::Family::Inet};
  }
  if (entry.ai_family == AF_INET6) {
    auto const* address = reinterpret_cast<sockaddr_in6 const*>(entry.ai_addr);
    return filter::HostAddress{
        model::Address::from_bytes(&address->sin6_addr, model::Family::Inet6),
        model::Family::Inet6};
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> user_name(std::uint32_t uid) {
  std::vector<char> buffer(kRecordBuffer);
  for (;;) {
    passwd entry{};
    passwd* found = nullptr;
    int const error = ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && buffer.size() < 16 * kRecordBuffer) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    if (error != 0 || found == nullptr) return std::nullopt;
    return std::string(found->pw_name);
  }
}

std::optional<std::string> service_name(model::Protocol protocol, std::uint16_t port) {
  std::array<char, kRecordBuffer> buffer{};
  servent entry{};
  servent* found = nullptr;
  auto const* name = protocol == model::Protocol::Tcp ? "tcp" : "udp";
  int const error =
      ::getservbyport_r(htons(port), name, &entry, buffer.data(), buffer.size(), &found);
  if (error != 0 || found == nullptr) return std::nullopt;
  return std::string(found->s_name);
}

std::optional<std::uint16_t> SystemNames::service_port(std::string_view name) const {
  std::string const terminated(name);
  std::array<char, kRecordBuffer> buffer{};
  servent entry{};
  servent* found = nullptr;
  int const error =
      ::getservbyname_r(terminated.c_str(), nullptr, &entry, buffer.data(), buffer.size(), &found);
  if (error != 0 || found == nullptr) return std::nullopt;
  return ntohs(static_cast<std::uint16_t>(found->s_port));
}

std::vector<filter::HostAddress> SystemNames::host_addresses(std::string_view name) const {
  std::string const terminated(name);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;  // else each address comes once a socket type
  addrinfo* raw = nullptr;
  if (::getaddrinfo(terminated.c_str(), nullptr, &hints, &raw) != 0) return {};
  std::unique_ptr<addrinfo, FreeAddresses> const list(raw);
  std::vector<filter::HostAddress> addresses;
  for (auto const* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    if (auto const address = to_host_address(*entry)) addresses.push_back(*address);
  }
  return addresses;
}

}  // namespace lastack::app
