// Looking up single sockets: what they are like now, for a fraction of a dump's cost.
//
// The kernel finds this way what a segment would find: listeners, SYN_SENT, requests, everything
// connected, orphans, mini-sockets (TIME_WAIT and FIN_WAIT_2), UDP. It does not find sockets that
// are bound and neither listen nor connect, and of UDP sockets that share an address without
// SO_REUSEPORT only one.
#pragma once

#include <cerrno>
#include <expected>
#include <span>
#include <vector>

#include "base/error.hh"
#include "capture/sock_diag/channel.hh"
#include "capture/sock_diag/one_socket.hh"
#include "model/endpoint.hh"
#include "model/facts.hh"

namespace lastack::capture::sock_diag {

struct FoundSocket {
  model::Endpoint endpoint;  // without owners; netns and details are not set
  model::SocketDetails details;
  // What the kernel answered to. Of listeners that share a port (SO_REUSEPORT) each answers only
  // to some remote ports: ask and destroy with this one.
  SocketKey key;
};

// The error is an errno, see is_absent().
using LookupAnswer = std::expected<FoundSocket, int>;

// No socket has that flow, or one that has another cookie.
[[nodiscard]] constexpr bool is_absent(int code) { return code == ENOENT || code == ESTALE; }

// Asks for all of them, many at a time; the answers stand as the keys do. `facts`, of
// kDetailFacts: what to fill in FoundSocket::details. Error: nothing could be asked at all.
[[nodiscard]] base::Result<std::vector<LookupAnswer>> look_up(Channel& channel,
                                                              std::span<SocketKey const> keys,
                                                              model::Facts facts);
[[nodiscard]] base::Result<LookupAnswer> look_up(Channel& channel, SocketKey const& key,
                                                 model::Facts facts);

}  // namespace lastack::capture::sock_diag
