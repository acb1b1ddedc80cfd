// Random lives of connections: calls of a program and segments of its peer, in any order, played to
// a host that is asked. Two hosts that are played the same must tell the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lab/probes.hh"
#include "lab/subject.hh"

namespace lastack::lab {

enum class Move : std::uint8_t {
  Segment,  // of the peer
  Accept,
  Send,
  Receive,
  ShutRead,
  ShutWrite,
  ShutBoth,
  Close,
  Abort,
  CloseListener,
};

// One move. A segment's numbers count from where the peer stands.
struct LifeStep {
  Move move = Move::Segment;
  tcp::Flags flags = tcp::kNoFlags;
  std::int32_t seq = 0;
  AckOf ack_of = AckOf::None;
  std::int32_t ack = 0;
  std::uint32_t octets = 0;  // of text, or of the call
};

struct Life {
  bool active = false;  // the host connects; else it listens
  std::vector<LifeStep> steps;
};

// The same number gives the same life, for ever.
[[nodiscard]] Life random_life(std::uint64_t number);

// After each step: what the call returned, what was sent (segments that were sent before are left
// out: when they come again depends on the clock), and the state.
using Telling = std::vector<std::string>;

// Plays all of them at once, each on ports of its own; at most kMostAtOnce. `first_port`: of
// theirs, not to be used again within a minute.
inline constexpr std::size_t kMostAtOnce = 500;
[[nodiscard]] std::vector<Telling> play(Subject& subject, std::span<Life const> lives,
                                        std::uint16_t first_port);

// "peer: FA seq+0 ack=nxt+0 len=10"
[[nodiscard]] std::string text_of(LifeStep const& step);

// "SA"; "-" where there is no flag.
[[nodiscard]] std::string letters_of(tcp::Flags flags);

// The life as a scenario file, with what this host did as what is expected.
[[nodiscard]] std::string scenario_of(Subject& subject, Life const& life, std::uint16_t port,
                                      std::string_view title);

// The shortest life with a part of the steps for which `differs` still holds.
[[nodiscard]] Life shrink(Life life, std::function<bool(Life const&)> const& differs);

}  // namespace lastack::lab
