// Any datagram must decode without reading past it, and only into values that exist.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

#include "capture/sock_diag/decode.hh"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace lastack;
  if (size == 0) return 0;
  // An exact-size heap copy: the sanitizer sees one byte too far. Aligned as recv's buffer is.
  std::vector<std::byte> const datagram(reinterpret_cast<std::byte const*>(data) + 1,
                                        reinterpret_cast<std::byte const*>(data) + size);
  model::Snapshot snapshot;
  capture::sock_diag::DecodeContext const context{
      .protocol = (data[0] & 1U) != 0 ? model::Protocol::Udp : model::Protocol::Tcp,
      .netns = 0,
      .sequence = 0,
      .want_details = (data[0] & 2U) != 0};
  (void)capture::sock_diag::decode(std::span(datagram), context, snapshot);
  for (auto const& endpoint : snapshot.endpoints) {
    if (static_cast<std::size_t>(endpoint.state) >= model::kSocketStateCount) std::abort();
    if (endpoint.details != model::kNone && endpoint.details >= snapshot.details.size())
      std::abort();
  }
  return 0;
}
