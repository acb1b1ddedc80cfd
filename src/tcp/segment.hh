// A TCP segment as the state machine sees it: the header's fields and how much text there is.
#pragma once

#include <cstdint>

#include "tcp/sequence.hh"

namespace lastack::tcp {

// Control bits of the header (RFC 9293 section 3.1), bit by bit as on the wire.
enum Flags : std::uint8_t {
  kNoFlags = 0,
  kFin = 0x01,
  kSyn = 0x02,
  kRst = 0x04,
  kPsh = 0x08,
  kAck = 0x10,
  kUrg = 0x20,
};
[[nodiscard]] constexpr Flags operator|(Flags a, Flags b) {
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): a bit mask
  return static_cast<Flags>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

struct Segment {
  Seq seq{};
  Seq ack{};
  std::uint32_t text = 0;    // octets
  std::uint32_t window = 0;  // octets, already scaled
  std::uint16_t urgent = 0;
  Flags flags = kNoFlags;
  bool security_mismatch = false;
  bool timestamp_later = false;  // than any of the connection's (RFC 6191)
  bool good_cookie = false;      // the ACK is of a SYN cookie

  [[nodiscard]] constexpr bool has(Flags flag) const { return (flags & flag) != 0; }
  // SEG.LEN: SYN and FIN count.
  [[nodiscard]] constexpr std::uint32_t length() const {
    return text + (has(kSyn) ? 1U : 0U) + (has(kFin) ? 1U : 0U);
  }
  [[nodiscard]] constexpr Seq end() const { return seq + length(); }
  // Where the text begins: behind the SYN.
  [[nodiscard]] constexpr Seq text_begin() const { return seq + (has(kSyn) ? 1U : 0U); }
  [[nodiscard]] constexpr Seq text_end() const { return text_begin() + text; }
  constexpr bool operator==(Segment const&) const = default;
};

}  // namespace lastack::tcp
