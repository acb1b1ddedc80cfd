// Answers of NETLINK_SOCK_DIAG: bytes -> model values. Pure: a recorded dump is decoded like
// a live one. Every length is checked before it is believed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "model/snapshot.hh"

namespace lastack::capture::sock_diag {

struct DecodeContext {
  model::Protocol protocol = model::Protocol::Tcp;
  std::uint32_t netns = 0;     // for Endpoint::netns
  std::uint32_t sequence = 0;  // messages of other requests are skipped
  bool want_details = false;
};

struct Progress {
  bool done = false;         // NLMSG_DONE was seen
  bool interrupted = false;  // NLM_F_DUMP_INTR was seen: the table changed under the dump
  int error = 0;             // errno of an NLMSG_ERROR or of a failed NLMSG_DONE
};

// Decodes one datagram as recv(2) gave it: appends to snapshot.endpoints and, where wanted,
// snapshot.details; counts messages that fail a check in snapshot.unseen.malformed_messages.
[[nodiscard]] Progress decode(std::span<std::byte const> datagram, DecodeContext const& context,
                              model::Snapshot& snapshot);

}  // namespace lastack::capture::sock_diag
