// What a socket that is there now is waiting for. A situation is a state and what else the kernel
// tells of the socket; its texts are in every language side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/phrase.hh"
#include "model/endpoint.hh"

namespace lastack::explain {

enum class Situation : std::uint8_t {
  // LISTEN
  ListenIdle,
  ListenWaiting,  // connections wait for accept()
  ListenFull,     // and there is no room for more
  // SYN_SENT
  SynSentFresh,
  SynSentAgain,  // the SYN was sent again
  // SYN_RECEIVED
  RequestFresh,
  RequestAgain,
  CrossedSyns,
  // ESTABLISHED
  EstablishedIdle,
  EstablishedKeepalive,
  EstablishedNotAccepted,
  EstablishedUnread,
  EstablishedUnacked,
  EstablishedRetransmitting,
  EstablishedWindowClosed,
  EstablishedOrphan,
  // the closing states
  CloseWaitOwned,
  CloseWaitUnread,
  CloseWaitNotAccepted,
  CloseWaitNobody,
  FinWait1Sending,
  FinWait1Retransmitting,
  FinWait1WindowClosed,
  FinWait2Held,    // a process has it (shutdown)
  FinWait2Orphan,  // tcp_fin_timeout runs
  ClosingWaiting,
  ClosingRetransmitting,
  LastAckWaiting,
  LastAckRetransmitting,
  TimeWaiting,
  // no connection
  NotConnected,
  BoundOnly,
  UdpUnconnected,
  UdpConnected,
};
inline constexpr std::size_t kSituationCount =
    static_cast<std::size_t>(Situation::UdpConnected) + 1;

enum class Verdict : std::uint8_t {
  Normal,
  NormalBriefly,  // look at it only if it stays so
  Look,           // something does not answer or lags behind
  Fault,          // a program of this machine does not do what it should
};

// May name values as {timer}, {retransmits}, {recv_queue}, {send_queue}, {owner}, {peer}, and those
// of fill.hh.
struct SituationText {
  std::string_view id;  // in JSON
  Verdict verdict = Verdict::Normal;
  base::Phrase waits;  // what it is waiting for
  base::Phrase owes;   // what the owner has to do; empty: nothing
  base::Phrase ends;   // what ends it otherwise
};

[[nodiscard]] SituationText const& text_of(Situation situation);
[[nodiscard]] std::string_view id_of(Verdict verdict);
[[nodiscard]] base::Phrase text_of(Verdict verdict);

[[nodiscard]] Situation situation_of(model::Endpoint const& endpoint);

}  // namespace lastack::explain
