// One row of the table: what follows an event in a state. Closed vocabularies, never functions:
// the machine runs them, the matrix prints them, the diagram draws them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/phrase.hh"
#include "tcp/condition.hh"
#include "tcp/event.hh"
#include "tcp/state.hh"

namespace lastack::tcp {

// What is sent. R = RCV.NXT, N = SND.NXT; <...> as in RFC 9293.
enum class Emit : std::uint8_t {
  Nothing,
  Syn,           // <SEQ=ISS><CTL=SYN>
  SynAck,        // <SEQ=ISS><ACK=R><CTL=SYN,ACK>
  Ack,           // <SEQ=N><ACK=R><CTL=ACK>, one at the end, may ride on data
  ChallengeAck,  // the same, at once and rate-limited (RFC 5961)
  Data,          // queued text, with ACK=R
  Fin,           // <SEQ=N><ACK=R><CTL=FIN,ACK>, after queued text
  Reset,         // the answer to a segment that does not belong here (3.5.2):
                 // ACK on: <SEQ=SEG.ACK><CTL=RST>, else <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>
  Abort,         // <SEQ=N><CTL=RST>
  AbortAck,      // <SEQ=N><ACK=R><CTL=RST,ACK>, Linux' way to abort
  Head,          // the first unacknowledged segment, again
  Probe,         // <SEQ=N-1><ACK=R><CTL=ACK>, an octet or none
  ResetAndSyn,   // Reset, and the SYN again at once
};

// What the timers do.
enum class Arm : std::uint8_t {
  Leave,
  Retransmit,  // starts, if it does not run
  BackOff,     // restarts with twice the time
  TimeWait,    // 2MSL starts, all others stop
  TimeWaitAgain,
  FinWait2,  // Linux: tcp_fin_timeout
  StopAll,
};

// What is taken from the segment into the control block.
enum class Take : std::uint8_t {
  Nothing,
  Syn,     // IRS = SEG.SEQ, RCV.NXT = SEG.SEQ + 1
  SynAck,  // the same, and SND.UNA = SEG.ACK
  Ack,     // SND.UNA = SEG.ACK, and the window
  Window,  // the window alone, if the segment is newer than the one that told it last
  Text,    // RCV.NXT advances over the text
  Fin,     // RCV.NXT advances over the FIN
  Reopen,  // Syn, with a new ISS above all that the old connection sent
  Cookie,  // Linux: IRS and ISS come out of the cookie
};

// What the user hears.
enum class Tell : std::uint8_t {
  Nothing,
  Ok,
  AlreadyExists,      // "connection already exists"
  RemoteUnspecified,  // "remote socket unspecified"
  DoesNotExist,       // "connection does not exist"
  Queued,
  Delivered,
  StateName,
  Connected,
  Urgent,
  Closing,  // "connection closing": end of file
  Reset,    // "connection reset": ECONNRESET
  Refused,  // "connection refused": ECONNREFUSED
  Broken,   // Linux: EPIPE
  Aborted,  // "connection aborted due to user timeout": ETIMEDOUT
};

// Where processing goes.
enum class Then : std::uint8_t {
  Stop,
  GoOn,    // with the next check of 3.10.7
  Again,   // with the first check, in the new state
  NotHere  // this check is not made in this state, or the event cannot happen in it
};

// Where the change is drawn.
enum class Drawn : std::uint8_t { No, Figure5, Note2, Text, Linux };

// Whose usual way it is on.
enum class Path : std::uint8_t { None, Client, Server, Unusual };

struct Rule {
  StateSet from{};
  EventSet on{};
  When when{};
  std::optional<State> to{};  // nullopt: the same state
  Emit emit = Emit::Nothing;
  Arm arm = Arm::Leave;
  Take take = Take::Nothing;
  Tell tell = Tell::Nothing;
  Then then = Then::Stop;
  Drawn drawn = Drawn::No;
  Path path = Path::None;
  std::string_view source{};  // section of RFC 9293; of the overlay: measured or kernel function
  std::string_view why{};     // of the overlay: the reason

  [[nodiscard]] constexpr State next(State state) const { return to.value_or(state); }
  [[nodiscard]] constexpr bool changes(State state) const { return to && *to != state; }
};

[[nodiscard]] std::string_view name(Emit emit);
[[nodiscard]] std::string_view name(Arm arm);
[[nodiscard]] std::string_view name(Take take);
[[nodiscard]] std::string_view name(Tell tell);
[[nodiscard]] std::string_view name(Then then);
[[nodiscard]] std::string_view name(Drawn drawn);
[[nodiscard]] std::string_view name(Path path);
// In a diagram: "snd SYN,ACK"; empty where nothing is sent.
[[nodiscard]] base::Phrase label(Emit emit);

}  // namespace lastack::tcp
