// Requests of NETLINK_SOCK_DIAG about one socket, as bytes: look it up, destroy it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "model/endpoint.hh"
#include "model/facts.hh"

namespace lastack::capture::sock_diag {

// INET_DIAG_NOCOOKIE: whichever socket has the flow.
inline constexpr std::uint64_t kAnyCookie = std::numeric_limits<std::uint64_t>::max();

// One socket of a network namespace. The kernel looks for the flow, as it would for a segment that
// arrives, and then compares the cookie: a socket that has taken the other's place is not touched.
struct SocketKey {
  model::Flow flow;
  std::uint64_t cookie = kAnyCookie;
  std::uint32_t interface = 0;  // that it is bound to; 0: none
  model::Protocol protocol = model::Protocol::Tcp;
  model::Family family = model::Family::Inet;

  bool operator==(SocketKey const&) const = default;
};

[[nodiscard]] SocketKey key_of(model::Endpoint const& endpoint);

// Answered by the socket or by an NLMSG_ERROR (kernel: inet_diag_dump_one_icsk, udp_dump_one).
// `facts`, of kDetailFacts: which attributes to ask for.
[[nodiscard]] std::vector<std::byte> encode_lookup(SocketKey const& key, model::Facts facts,
                                                   std::uint32_t sequence);
// SOCK_DESTROY, with NLM_F_ACK: answered by an NLMSG_ERROR, whose errno may be 0 (kernel:
// tcp_diag_destroy, udp_diag_destroy).
[[nodiscard]] std::vector<std::byte> encode_destroy(SocketKey const& key, std::uint32_t sequence);

}  // namespace lastack::capture::sock_diag
