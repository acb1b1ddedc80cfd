// A NETLINK_SOCK_DIAG socket for questions about single sockets. It stays in the network namespace
// in which it was opened. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/error.hh"
#include "base/fd.hh"

namespace lastack::capture::sock_diag {

class Channel {
 public:
  [[nodiscard]] static base::Result<Channel> open();

  // Sequence numbers for `count` requests; returns the first of them.
  [[nodiscard]] std::uint32_t take_sequences(std::uint32_t count) {
    auto const first = next_sequence_;
    next_sequence_ += count;
    return first;
  }

  // One or more requests. The kernel carries them out and queues the answers before this returns.
  [[nodiscard]] base::Result<void> send(std::span<std::byte const> requests);

  // The next answer, one datagram; valid until the next call. Empty: there is none (any more). The
  // kernel drops answers that find the buffer full.
  [[nodiscard]] base::Result<std::span<std::byte const>> receive();

 private:
  explicit Channel(base::Fd socket);

  base::Fd socket_;
  std::vector<std::byte> buffer_;
  std::uint32_t next_sequence_ = 1;
};

}  // namespace lastack::capture::sock_diag
