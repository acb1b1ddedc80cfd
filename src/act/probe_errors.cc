#include "act/probe_errors.hh"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstring>

namespace lastack::act {
namespace {

using model::Family;
using model::IcmpError;

// Who sent it stands behind the record.
model::Address offender_of(std::byte const* record, std::size_t size, Family family) {
  auto const at = sizeof(sock_extended_err);
  if (family == Family::Inet && size >= at + sizeof(sockaddr_in)) {
    sockaddr_in address{};
    std::memcpy(&address, record + at, sizeof address);
    return model::Address::from_bytes(&address.sin_addr, Family::Inet);
  }
  if (family == Family::Inet6 && size >= at + sizeof(sockaddr_in6)) {
    sockaddr_in6 address{};
    std::memcpy(&address, record + at, sizeof address);
    return model::Address::from_bytes(&address.sin6_addr, Family::Inet6);
  }
  return {};
}

std::optional<IcmpError> icmp_of(cmsghdr const& header, std::byte const* data) {
  bool const v4 = header.cmsg_level == SOL_IP && header.cmsg_type == IP_RECVERR;
  bool const v6 = header.cmsg_level == SOL_IPV6 && header.cmsg_type == IPV6_RECVERR;
  auto const size = header.cmsg_len - CMSG_LEN(0);
  if ((!v4 && !v6) || size < sizeof(sock_extended_err)) return std::nullopt;
  sock_extended_err record{};
  std::memcpy(&record, data, sizeof record);
  if (record.ee_origin != SO_EE_ORIGIN_ICMP && record.ee_origin != SO_EE_ORIGIN_ICMP6) {
    return std::nullopt;  // of this machine's own doing: a packet that is too big
  }
  auto const family = record.ee_origin == SO_EE_ORIGIN_ICMP ? Family::Inet : Family::Inet6;
  return IcmpError{.family = family,
                   .type = record.ee_type,
                   .code = record.ee_code,
                   .from = offender_of(data, size, family),
                   .own = false};
}

}  // namespace

base::Result<void> queue_icmp_errors(int fd, Family family) {
  int const on = 1;
  bool const v4 = family == Family::Inet;
  if (::setsockopt(fd, v4 ? SOL_IP : SOL_IPV6, v4 ? IP_RECVERR : IPV6_RECVERR, &on, sizeof on) !=
      0) {
    return base::fail_errno("setsockopt IP_RECVERR");
  }
  return {};
}

std::optional<IcmpError> take_icmp_error(int fd) {
  std::optional<IcmpError> first;
  for (;;) {
    alignas(cmsghdr) std::array<std::byte, 512> control{};
    std::array<std::byte, 64> payload{};  // of the SYN that it is about: of no use
    iovec part{payload.data(), payload.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return first;
    for (auto* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
      auto const found = icmp_of(*header, reinterpret_cast<std::byte const*>(CMSG_DATA(header)));
      if (found && !first) first = found;
    }
  }
}

}  // namespace lastack::act
