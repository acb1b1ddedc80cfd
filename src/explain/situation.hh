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
  RequestHeldBack,  // the peer is ESTABLISHED: its ACK has come and was not taken
  CrossedSyns,
  // ESTABLISHED
  EstablishedIdle,
  EstablishedKeepalive,
  EstablishedProbesUnanswered,
  EstablishedNotAccepted,
  EstablishedUnread,
  EstablishedUnacked,
  EstablishedRetransmitting,
  EstablishedNotSent,       // data wait, the persist timer runs, nothing was tried yet
  EstablishedWindowClosed,  // window probes were sent
  EstablishedOrphan,
  // the closing states
  CloseWaitOwned,
  CloseWaitUnread,
  CloseWaitSending,  // the program still sends, and has not closed
  CloseWaitNotAccepted,
  CloseWaitNobody,
  FinWait1Sending,
  FinWait1Retransmitting,
  FinWait1WindowClosed,
  FinWait2Held,      // a process has it (shutdown)
  FinWait2Unread,    // and has not read what came
  FinWait2Orphan,    // tcp_fin_timeout runs
  FinWait2LongWait,  // the same, of more than 60 s: its first part
  ClosingWaiting,
  ClosingRetransmitting,
  ClosingWindowClosed,
  LastAckWaiting,
  LastAckRetransmitting,
  LastAckWindowClosed,
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

// May name values as {timer}, {retransmits}, {recv_queue}, {send_queue}, {owner}, {peer}, {give_up}
// (how long until the kernel gives up: longer where a process still holds it), and those of
// fill.hh.
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

// `other_end`: where it is on this machine, else nullptr. It tells two cases apart that look the
// same from here.
[[nodiscard]] Situation situation_of(model::Endpoint const& endpoint,
                                     model::Endpoint const* other_end = nullptr);

}  // namespace lastack::explain
