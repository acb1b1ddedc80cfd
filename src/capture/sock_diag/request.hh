// Dump requests of NETLINK_SOCK_DIAG, as bytes (kernel: net/ipv4/inet_diag.c).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/endpoint.hh"
#include "model/facts.hh"

namespace lastack::capture::sock_diag {

// A dump is of one protocol. TCP subflows of MPTCP are in the TCP dump, under the inode of
// the MPTCP socket that programs hold.
struct DumpRequest {
  model::Protocol protocol = model::Protocol::Tcp;
  std::optional<model::Family> family;  // nullopt: both, in one walk (TCP only)
  model::SocketStateMask states = model::kAllSocketStates;
  model::Facts facts;  // of kDetailFacts: which extensions to ask for
};

// The netlink message to send, ready for send(2).
[[nodiscard]] std::vector<std::byte> encode(DumpRequest const& request, std::uint32_t sequence);

// The kernel's state bits (1 << TCP_ESTABLISHED …) of a set of socket states.
[[nodiscard]] std::uint32_t kernel_states(model::SocketStateMask states);

// idiag_ext: the attributes to ask for, of kDetailFacts.
[[nodiscard]] std::uint8_t extension_bits(model::Facts facts);

}  // namespace lastack::capture::sock_diag
