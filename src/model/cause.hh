// Why a TCP connection changed its state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lastack::model {

enum class Cause : std::uint8_t {
  Unknown,
  // a call of a process on this machine
  Connect,
  Listen,
  Close,
  Shutdown,
  Exit,
  LingerReset,
  UnreadData,
  Disconnect,
  ConnectFailed,
  ListenFailed,
  // a segment of the peer
  Syn,
  SynAck,
  Ack,
  Fin,
  FinAck,
  Rst,
  Refused,
  SynCookie,
  DataAfterClose,
  BadSegment,
  // a timer
  RetransmissionLimit,
  KeepaliveLimit,
  ProbeLimit,
  SynAckLimit,
  FinWait2Timeout,
  TimeWaitTimeout,
  // the kernel, or an administrator through it
  Destroyed,
  NetnsRemoved,
  ListenerClosed,
  AcceptQueueFull,
  TimeWaitRecycled,
  TimeWaitReused,
  TimeWaitTableFull,
  OrphanLimit,
  Unreachable,
  OtherError,
  RequestDropped,
};
inline constexpr std::size_t kCauseCount = static_cast<std::size_t>(Cause::RequestDropped) + 1;

enum class CauseKind : std::uint8_t { Unknown, Call, Segment, Timer, Kernel };

struct CauseText {
  std::string_view id;    // in JSON
  std::string_view text;  // on a line, at most 32 columns
  CauseKind kind = CauseKind::Unknown;
  std::string_view meaning;  // one sentence, for the documentation
};

[[nodiscard]] CauseText const& describe(Cause cause);
[[nodiscard]] std::string_view name(CauseKind kind);

}  // namespace lastack::model
