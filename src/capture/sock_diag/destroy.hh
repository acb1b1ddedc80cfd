// SOCK_DESTROY: the kernel ends a socket for somebody else.
//
// TCP (tcp_abort): the peer gets a RST where there is one to be told (not of SYN_SENT, LAST_ACK,
// CLOSING, TIME_WAIT and requests), the program that holds it an error ECONNABORTED; a listener's
// port stays taken, by a socket that is bound and inactive, until its program closes it. UDP
// (udp_abort): the program gets the error, the socket loses its peer; one that was bound stays.
#pragma once

#include "base/error.hh"
#include "capture/sock_diag/channel.hh"
#include "capture/sock_diag/one_socket.hh"

namespace lastack::capture::sock_diag {

// Returns the kernel's errno. 0: it has tried; an orphan survives that in kernels before 6.12.
// ENOENT or ESTALE: no such socket; EPERM: needs CAP_NET_ADMIN in the user namespace of the network
// namespace; EOPNOTSUPP: built without CONFIG_INET_DIAG_DESTROY. Error: it could not be asked.
[[nodiscard]] base::Result<int> destroy(Channel& channel, SocketKey const& key);

}  // namespace lastack::capture::sock_diag
