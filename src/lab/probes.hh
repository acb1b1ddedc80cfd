// The segments of the matrix: one of each kind that a state could tell apart, with numbers relative
// to those of the connection.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tcp/segment.hh"

namespace lastack::lab {

// What a segment's SEG.ACK counts from.
enum class AckOf : std::uint8_t { None, Next, Unacknowledged };

struct Probe {
  std::string_view name;
  tcp::Flags flags = tcp::kNoFlags;
  std::int32_t seq = 0;  // from RCV.NXT
  AckOf ack_of = AckOf::None;
  std::int32_t ack = 0;
  std::uint32_t text = 0;
};

inline constexpr auto kProbes = [] {
  using namespace tcp;
  constexpr auto kSynAck = kSyn | kAck;
  constexpr auto kFinAck = kFin | kAck;
  constexpr auto kRstAck = kRst | kAck;
  constexpr std::int32_t kFar = 10'000'000;
  constexpr auto kNxt = AckOf::Next;
  constexpr auto kUna = AckOf::Unacknowledged;
  return std::to_array<Probe>({
      {"SYN seq=RCV.NXT", kSyn, 0},
      {"SYN seq=RCV.NXT-1", kSyn, -1},
      {"SYN seq in window", kSyn, 100},
      {"SYN seq old (-1000)", kSyn, -1000},
      {"SYN seq beyond window", kSyn, kFar},
      {"SYN+ACK seq=RCV.NXT-1 ack=SND.NXT", kSynAck, -1, kNxt},
      {"SYN+ACK seq=RCV.NXT ack=SND.NXT", kSynAck, 0, kNxt},
      {"SYN+ACK ack=SND.NXT+1", kSynAck, 0, kNxt, 1},
      {"ACK ack=SND.NXT", kAck, 0, kNxt},
      {"ACK ack=SND.UNA (dup)", kAck, 0, kUna},
      {"ACK ack=SND.NXT+1 (future)", kAck, 0, kNxt, 1},
      {"ACK ack far old (-1e6)", kAck, 0, kUna, -1'000'000},
      {"ACK seq old (-1) keepalive-like", kAck, -1, kNxt},
      {"ACK seq beyond window", kAck, kFar, kNxt},
      {"DATA10 ack=SND.NXT", kPsh | kAck, 0, kNxt, 0, 10},
      {"DATA10 ack=SND.UNA", kPsh | kAck, 0, kUna, 0, 10},
      {"DATA10 old seq", kPsh | kAck, -10, kNxt, 0, 10},
      {"FIN+ACK ack=SND.NXT", kFinAck, 0, kNxt},
      {"FIN+ACK ack=SND.UNA", kFinAck, 0, kUna},
      {"FIN+ACK retransmit seq-1", kFinAck, -1, kNxt},
      {"FIN+ACK+DATA10 ack=SND.NXT", kFinAck, 0, kNxt, 0, 10},
      {"DATA10 partial overlap seq-5", kPsh | kAck, -5, kNxt, 0, 10},
      {"DATA10 out of order +10", kPsh | kAck, 10, kNxt, 0, 10},
      {"FIN no ACK", kFin, 0},
      {"RST seq=RCV.NXT", kRst, 0},
      {"RST in window", kRst, 100},
      {"RST seq=RCV.NXT-1", kRst, -1},
      {"RST out of window", kRst, kFar},
      {"RST+ACK seq=RCV.NXT ack=SND.NXT", kRstAck, 0, kNxt},
      {"RST+ACK bad ack", kRstAck, 0, kNxt, 1000},
      {"NULL (no flags)", kNoFlags, 0},
      {"XMAS (FIN+PSH+URG)", kFin | kPsh | kUrg, 0},
      {"SYN+FIN", kSyn | kFin, 0},
      {"SYN+RST", kSyn | kRst, 0},
  });
}();

// A connection's numbers, seen from the host that is asked.
struct Numbers {
  tcp::Seq rcv_nxt{};
  tcp::Seq snd_una{};
  tcp::Seq snd_nxt{};
};
inline constexpr std::uint32_t kProbeWindow = 65535;

[[nodiscard]] constexpr tcp::Segment segment_of(Probe const& probe, Numbers const& numbers) {
  auto const base = probe.ack_of == AckOf::Unacknowledged ? numbers.snd_una : numbers.snd_nxt;
  return {.seq = numbers.rcv_nxt + static_cast<std::uint32_t>(probe.seq),
          .ack = probe.ack_of == AckOf::None ? tcp::Seq()
                                             : base + static_cast<std::uint32_t>(probe.ack),
          .text = probe.text,
          .window = kProbeWindow,
          .flags = probe.flags};
}

}  // namespace lastack::lab
