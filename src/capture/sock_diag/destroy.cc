#include "capture/sock_diag/destroy.hh"

#include "capture/sock_diag/decode.hh"

namespace lastack::capture::sock_diag {

base::Result<int> destroy(Channel& channel, SocketKey const& key) {
  auto const sequence = channel.take_sequences(1);
  if (auto sent = channel.send(encode_destroy(key, sequence)); !sent) {
    return std::unexpected(sent.error());
  }
  model::Snapshot unused;
  for (;;) {
    auto const datagram = channel.receive();
    if (!datagram) return std::unexpected(datagram.error());
    if (datagram->empty()) return base::fail("the kernel did not answer SOCK_DESTROY");
    auto const progress =
        decode(*datagram,
               {.protocol = key.protocol, .netns = 0, .sequence = sequence, .want_details = false},
               unused);
    if (progress.done) return progress.error;
  }
}

}  // namespace lastack::capture::sock_diag
