// Packets off the wire: whatever comes, nothing is read beyond its end, and what is understood is
// understood again after it was written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "rig/ip_packet.hh"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace lastack;
  auto const packet = rig::decode(std::as_bytes(std::span(data, size)));
  if (!packet) return 0;
  if (rig::decode(rig::encode(*packet)) != packet) std::abort();
  return 0;
}
