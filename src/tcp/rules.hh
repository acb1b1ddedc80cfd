// RFC 9293 section 3.10 as one table: all eleven states and all events. Rows of one cell exclude
// each other by their conditions and together cover every case (proofs.cc). What changes nothing
// has its row, too.
//
// Readings of the text: (a) an unacceptable ACK in SYN_RECEIVED is answered by RST (3.5.2), not by
// the challenge ACK of RFC 5961; (b) in TIME_WAIT a bare acceptable ACK gets no answer, or two ends
// in TIME_WAIT would answer each other for ever; (c) in LAST_ACK and CLOSING whatever does not
// acknowledge our FIN is ignored as a whole.
#pragma once

#include <array>

#include "tcp/rule.hh"

namespace lastack::tcp {

// clang-format off: one row is one thought
inline constexpr auto kRules = [] {
  using enum State;
  using enum Condition;
  using E = Event;
  constexpr StateSet kNoWindow = Closed | Listen | SynSent;
  constexpr StateSet kWindow = ~kNoWindow;
  constexpr StateSet kSynchronized = kWindow & ~StateSet(SynReceived);
  constexpr StateSet kReading = Established | FinWait1 | FinWait2;  // text is still taken
  constexpr StateSet kOpen = kReading | CloseWait;
  constexpr StateSet kIdle = Established | FinWait2 | CloseWait;  // nothing need be outstanding (MUST-26)
  constexpr StateSet kEnding = Closing | LastAck | TimeWait;
  constexpr StateSet kFinSent = kEnding | FinWait1 | FinWait2;
  constexpr StateSet kUnread = CloseWait | kEnding;  // after the peer's FIN
  constexpr EventSet kUnacceptableAck = E::AckTooOld | E::AckOld | E::AckFuture;

  return std::to_array<Rule>({
  // ---- user calls ---------------------------------------------------------------------------
  {.from = Closed, .on = E::OpenPassive, .to = Listen, .tell = Tell::Ok, .drawn = Drawn::Figure5, .path = Path::Server, .source = "3.10.1"},
  {.from = ~StateSet(Closed), .on = E::OpenPassive, .tell = Tell::AlreadyExists, .source = "3.10.1"},
  {.from = Closed, .on = E::OpenActive, .when = when(RemoteGiven), .to = SynSent, .emit = Emit::Syn, .arm = Arm::Retransmit, .drawn = Drawn::Figure5, .path = Path::Client, .source = "3.10.1"},
  {.from = Listen, .on = E::OpenActive, .when = when(RemoteGiven), .to = SynSent, .emit = Emit::Syn, .arm = Arm::Retransmit, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.1"},
  {.from = Closed | Listen, .on = E::OpenActive, .when = unless(RemoteGiven), .tell = Tell::RemoteUnspecified, .source = "3.10.1"},
  {.from = ~(Closed | Listen), .on = E::OpenActive, .tell = Tell::AlreadyExists, .source = "3.10.1"},

  {.from = Closed, .on = E::Send, .tell = Tell::DoesNotExist, .source = "3.10.2"},
  {.from = Listen, .on = E::Send, .when = when(RemoteGiven), .to = SynSent, .emit = Emit::Syn, .arm = Arm::Retransmit, .tell = Tell::Queued, .drawn = Drawn::Figure5, .path = Path::Unusual, .source = "3.10.2"},
  {.from = Listen, .on = E::Send, .when = unless(RemoteGiven), .tell = Tell::RemoteUnspecified, .source = "3.10.2"},
  {.from = SynSent | SynReceived, .on = E::Send, .tell = Tell::Queued, .source = "3.10.2"},
  {.from = Established | CloseWait, .on = E::Send, .emit = Emit::Data, .arm = Arm::Retransmit, .tell = Tell::Ok, .source = "3.10.2"},
  {.from = kFinSent, .on = E::Send, .tell = Tell::Closing, .source = "3.10.2"},

  {.from = Closed, .on = E::Receive, .tell = Tell::DoesNotExist, .source = "3.10.3"},
  {.from = Listen | SynSent | SynReceived, .on = E::Receive, .tell = Tell::Queued, .source = "3.10.3"},
  {.from = kReading, .on = E::Receive, .when = when(DataOnHand), .tell = Tell::Delivered, .source = "3.10.3"},
  {.from = kReading, .on = E::Receive, .when = unless(DataOnHand), .tell = Tell::Queued, .source = "3.10.3"},
  {.from = CloseWait, .on = E::Receive, .when = when(DataOnHand), .tell = Tell::Delivered, .source = "3.10.3"},
  {.from = CloseWait, .on = E::Receive, .when = unless(DataOnHand), .tell = Tell::Closing, .source = "3.10.3"},
  {.from = kEnding, .on = E::Receive, .tell = Tell::Closing, .source = "3.10.3"},

  {.from = Closed, .on = E::Close, .tell = Tell::DoesNotExist, .source = "3.10.4"},
  {.from = Listen, .on = E::Close, .to = Closed, .arm = Arm::StopAll, .tell = Tell::Closing, .drawn = Drawn::Figure5, .path = Path::Unusual, .source = "3.10.4"},
  {.from = SynSent, .on = E::Close, .to = Closed, .arm = Arm::StopAll, .tell = Tell::Closing, .drawn = Drawn::Figure5, .path = Path::Unusual, .source = "3.10.4"},
  {.from = SynReceived, .on = E::Close, .when = unless(UnsentData), .to = FinWait1, .emit = Emit::Fin, .arm = Arm::Retransmit, .tell = Tell::Ok, .drawn = Drawn::Figure5, .path = Path::Unusual, .source = "3.10.4"},
  {.from = SynReceived, .on = E::Close, .when = when(UnsentData), .tell = Tell::Queued, .source = "3.10.4"},
  {.from = Established, .on = E::Close, .to = FinWait1, .emit = Emit::Fin, .arm = Arm::Retransmit, .tell = Tell::Ok, .drawn = Drawn::Figure5, .path = Path::Client, .source = "3.10.4"},
  {.from = CloseWait, .on = E::Close, .to = LastAck, .emit = Emit::Fin, .arm = Arm::Retransmit, .tell = Tell::Ok, .drawn = Drawn::Figure5, .path = Path::Server, .source = "3.10.4"},
  {.from = kFinSent, .on = E::Close, .tell = Tell::Closing, .source = "3.10.4"},

  {.from = Closed, .on = E::Abort, .tell = Tell::DoesNotExist, .source = "3.10.5"},
  {.from = Listen | SynSent, .on = E::Abort, .to = Closed, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.5"},
  {.from = kOpen | SynReceived, .on = E::Abort, .to = Closed, .emit = Emit::Abort, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.5"},
  {.from = kEnding, .on = E::Abort, .to = Closed, .arm = Arm::StopAll, .tell = Tell::Ok, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.5"},

  {.from = Closed, .on = E::Status, .tell = Tell::DoesNotExist, .source = "3.10.6"},
  {.from = ~StateSet(Closed), .on = E::Status, .tell = Tell::StateName, .source = "3.10.6"},

  // ---- a segment arrives, before the checks: RFC 6191 ---------------------------------------
  {.from = TimeWait, .on = E::NewSyn, .when = when(TimestampLater), .to = SynReceived, .emit = Emit::SynAck, .arm = Arm::Retransmit, .take = Take::Reopen, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.7.4"},
  {.from = TimeWait, .on = E::NewSyn, .when = unless(TimestampLater), .then = Then::GoOn, .source = "3.10.7.4"},
  {.from = ~StateSet(TimeWait), .on = E::NewSyn, .then = Then::NotHere, .source = "3.10.7"},

  // ---- first: the sequence number -----------------------------------------------------------
  {.from = kNoWindow, .on = E::SeqUnacceptable, .then = Then::NotHere, .source = "3.10.7"},
  {.from = kWindow, .on = E::SeqUnacceptable, .when = when(HasRst), .source = "3.10.7.4"},
  {.from = kWindow, .on = E::SeqUnacceptable, .when = {AppendixA2 | JustBefore | HasAck, HasRst}, .then = Then::GoOn, .source = "A.2"},
  {.from = kWindow, .on = E::SeqUnacceptable, .when = {JustBefore | HasAck, HasRst | AppendixA2}, .emit = Emit::ChallengeAck, .source = "3.10.7.4"},
  {.from = kWindow, .on = E::SeqUnacceptable, .when = {JustBefore, HasRst | HasAck}, .emit = Emit::ChallengeAck, .source = "3.10.7.4"},
  {.from = kWindow, .on = E::SeqUnacceptable, .when = {WindowClosed, HasRst | JustBefore}, .then = Then::GoOn, .source = "3.10.7.4"},
  {.from = kWindow, .on = E::SeqUnacceptable, .when = unless(HasRst | JustBefore | WindowClosed), .emit = Emit::ChallengeAck, .source = "3.10.7.4"},

  // ---- second: RST --------------------------------------------------------------------------
  {.from = Closed, .on = E::Rst, .source = "3.10.7.1"},
  {.from = Listen, .on = E::Rst, .source = "3.10.7.2"},
  {.from = SynSent, .on = E::Rst, .when = when(HasAck), .to = Closed, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.7.3"},
  {.from = SynSent, .on = E::Rst, .when = unless(HasAck), .source = "3.10.7.3"},
  {.from = SynReceived, .on = E::Rst, .when = when(Passive), .to = Listen, .arm = Arm::StopAll, .drawn = Drawn::Figure5, .path = Path::Unusual, .source = "3.10.7.4"},
  {.from = SynReceived, .on = E::Rst, .when = unless(Passive), .to = Closed, .arm = Arm::StopAll, .tell = Tell::Refused, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.7.4"},
  {.from = kOpen, .on = E::Rst, .to = Closed, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.7.4"},
  {.from = kEnding, .on = E::Rst, .to = Closed, .arm = Arm::StopAll, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.7.4"},
  {.from = kNoWindow, .on = E::RstElsewhere, .then = Then::NotHere, .source = "3.10.7"},
  {.from = kWindow, .on = E::RstElsewhere, .when = when(Rfc5961), .emit = Emit::ChallengeAck, .source = "3.10.7.4"},
  {.from = kWindow, .on = E::RstElsewhere, .when = unless(Rfc5961), .then = Then::NotHere, .source = "3.10.7.4"},

  // ---- third: security ----------------------------------------------------------------------
  {.from = Closed, .on = E::SecurityMismatch, .then = Then::NotHere, .source = "3.10.7.1"},
  {.from = Listen, .on = E::SecurityMismatch, .emit = Emit::Reset, .source = "3.10.7.2"},
  {.from = SynSent, .on = E::SecurityMismatch, .emit = Emit::Reset, .source = "3.10.7.3"},
  {.from = SynReceived, .on = E::SecurityMismatch, .emit = Emit::Reset, .source = "3.10.7.4"},
  {.from = kSynchronized, .on = E::SecurityMismatch, .to = Closed, .emit = Emit::Reset, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.7.4"},

  // ---- fourth: SYN --------------------------------------------------------------------------
  {.from = Closed, .on = E::Syn, .then = Then::NotHere, .source = "3.10.7.1"},
  {.from = Listen, .on = E::Syn, .to = SynReceived, .emit = Emit::SynAck, .arm = Arm::Retransmit, .take = Take::Syn, .drawn = Drawn::Figure5, .path = Path::Server, .source = "3.10.7.2"},
  {.from = SynSent, .on = E::Syn, .to = SynReceived, .emit = Emit::SynAck, .arm = Arm::Retransmit, .take = Take::Syn, .drawn = Drawn::Figure5, .path = Path::Unusual, .source = "3.10.7.3"},
  {.from = SynSent, .on = E::SynAck, .to = Established, .emit = Emit::Ack, .arm = Arm::StopAll, .take = Take::SynAck, .tell = Tell::Connected, .then = Then::GoOn, .drawn = Drawn::Figure5, .path = Path::Client, .source = "3.10.7.3"},
  {.from = ~StateSet(SynSent), .on = E::SynAck, .then = Then::NotHere, .source = "3.10.7"},
  {.from = SynReceived, .on = E::Syn, .when = {Passive, JustBefore}, .to = Listen, .arm = Arm::StopAll, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.7.4"},
  {.from = SynReceived, .on = E::Syn, .when = when(Passive | JustBefore), .emit = Emit::ChallengeAck, .source = "A.2"},
  {.from = SynReceived, .on = E::Syn, .when = {AppendixA2 | JustBefore | HasAck, Passive}, .emit = Emit::Ack, .then = Then::GoOn, .source = "A.2"},
  {.from = SynReceived, .on = E::Syn, .when = {AppendixA2 | JustBefore, Passive | HasAck}, .emit = Emit::ChallengeAck, .source = "A.2"},
  {.from = SynReceived, .on = E::Syn, .when = {JustBefore | Rfc5961, Passive | AppendixA2}, .emit = Emit::ChallengeAck, .source = "3.10.7.4"},
  {.from = SynReceived, .on = E::Syn, .when = {JustBefore, Passive | AppendixA2 | Rfc5961}, .to = Closed, .emit = Emit::Reset, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.7.4"},
  {.from = SynReceived, .on = E::Syn, .when = {Rfc5961, Passive | JustBefore}, .emit = Emit::ChallengeAck, .source = "3.10.7.4"},
  {.from = SynReceived, .on = E::Syn, .when = unless(Passive | JustBefore | Rfc5961), .to = Closed, .emit = Emit::Reset, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.7.4"},
  {.from = kSynchronized, .on = E::Syn, .when = when(Rfc5961), .emit = Emit::ChallengeAck, .source = "3.10.7.4"},
  {.from = kSynchronized, .on = E::Syn, .when = unless(Rfc5961), .to = Closed, .emit = Emit::Reset, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.7.4"},

  // ---- fifth: ACK ---------------------------------------------------------------------------
  {.from = Closed, .on = E::AckOff | E::AckStray, .emit = Emit::Reset, .source = "3.10.7.1"},
  {.from = Listen, .on = E::AckOff, .then = Then::GoOn, .source = "3.10.7.2"},
  {.from = Listen, .on = E::AckStray, .emit = Emit::Reset, .source = "3.10.7.2"},
  {.from = SynSent, .on = E::AckOff, .then = Then::GoOn, .source = "3.10.7.3"},
  {.from = kWindow, .on = E::AckOff, .source = "3.10.7.4"},
  {.from = ~(Closed | Listen), .on = E::AckStray, .then = Then::NotHere, .source = "3.10.7"},
  {.from = Closed | Listen, .on = kUnacceptableAck | E::AckNew | E::AckOfSyn | E::AckOfFin, .then = Then::NotHere, .source = "3.10.7"},
  {.from = SynSent, .on = kUnacceptableAck, .when = when(HasRst), .source = "3.10.7.3"},
  {.from = SynSent, .on = kUnacceptableAck, .when = unless(HasRst), .emit = Emit::Reset, .source = "3.10.7.3"},
  {.from = SynSent, .on = E::AckOfSyn, .then = Then::GoOn, .source = "3.10.7.3"},
  {.from = SynReceived, .on = kUnacceptableAck, .emit = Emit::Reset, .source = "3.10.7.4"},
  {.from = SynReceived, .on = E::AckOfSyn, .to = Established, .arm = Arm::StopAll, .take = Take::Ack, .tell = Tell::Connected, .then = Then::GoOn, .drawn = Drawn::Figure5, .path = Path::Server, .source = "3.10.7.4"},
  {.from = SynSent | SynReceived, .on = E::AckNew | E::AckOfFin, .then = Then::NotHere, .source = "3.10.7"},
  {.from = kSynchronized, .on = E::AckOfSyn, .then = Then::NotHere, .source = "3.10.7.4"},
  {.from = kOpen, .on = E::AckTooOld, .when = when(Rfc5961), .emit = Emit::ChallengeAck, .source = "3.10.7.4"},
  {.from = kOpen, .on = E::AckTooOld, .when = unless(Rfc5961), .then = Then::GoOn, .source = "3.10.7.4"},
  {.from = Closing | LastAck, .on = E::AckTooOld, .when = when(Rfc5961), .emit = Emit::ChallengeAck, .source = "3.10.7.4"},
  {.from = Closing | LastAck, .on = E::AckTooOld, .when = unless(Rfc5961), .source = "3.10.7.4"},
  {.from = kOpen, .on = E::AckOld, .take = Take::Window, .then = Then::GoOn, .source = "3.10.7.4"},
  {.from = Closing | LastAck, .on = E::AckOld, .take = Take::Window, .source = "3.10.7.4"},
  {.from = Established | FinWait1 | CloseWait, .on = E::AckNew, .take = Take::Ack, .tell = Tell::Ok, .then = Then::GoOn, .source = "3.10.7.4"},
  {.from = Closing | LastAck, .on = E::AckNew, .take = Take::Ack, .source = "3.10.7.4"},
  {.from = FinWait2 | TimeWait, .on = E::AckNew, .then = Then::NotHere, .source = "3.10.7.4"},
  {.from = FinWait1, .on = E::AckOfFin, .to = FinWait2, .arm = Arm::StopAll, .take = Take::Ack, .tell = Tell::Ok, .then = Then::GoOn, .drawn = Drawn::Figure5, .path = Path::Client, .source = "3.10.7.4"},
  {.from = Closing, .on = E::AckOfFin, .to = TimeWait, .arm = Arm::TimeWait, .take = Take::Ack, .then = Then::GoOn, .drawn = Drawn::Figure5, .path = Path::Unusual, .source = "3.10.7.4"},
  {.from = LastAck, .on = E::AckOfFin, .to = Closed, .arm = Arm::StopAll, .take = Take::Ack, .tell = Tell::Ok, .drawn = Drawn::Figure5, .path = Path::Server, .source = "3.10.7.4"},
  {.from = Established | FinWait2 | CloseWait | TimeWait, .on = E::AckOfFin, .then = Then::NotHere, .source = "3.10.7.4"},
  {.from = kOpen | Closing | LastAck, .on = E::AckFuture, .emit = Emit::ChallengeAck, .source = "3.10.7.4"},
  {.from = TimeWait, .on = E::AckTooOld | E::AckFuture, .when = when(Rfc5961), .emit = Emit::ChallengeAck, .source = "3.10.7.4"},
  {.from = TimeWait, .on = E::AckTooOld | E::AckFuture, .when = {HasLength, Rfc5961}, .emit = Emit::ChallengeAck, .arm = Arm::TimeWaitAgain, .source = "3.10.7.4"},
  {.from = TimeWait, .on = E::AckTooOld | E::AckFuture, .when = unless(HasLength | Rfc5961), .source = "3.10.7.4"},
  {.from = TimeWait, .on = E::AckOld, .when = when(HasLength), .emit = Emit::ChallengeAck, .arm = Arm::TimeWaitAgain, .source = "3.10.7.4"},
  {.from = TimeWait, .on = E::AckOld, .when = unless(HasLength), .source = "3.10.7.4"},

  // ---- sixth: URG ---------------------------------------------------------------------------
  {.from = kNoWindow | SynReceived, .on = E::Urgent, .then = Then::NotHere, .source = "3.10.7"},
  {.from = kReading, .on = E::Urgent, .tell = Tell::Urgent, .then = Then::GoOn, .source = "3.10.7.4"},
  {.from = kUnread, .on = E::Urgent, .then = Then::GoOn, .source = "3.10.7.4"},

  // ---- seventh: text ------------------------------------------------------------------------
  {.from = kNoWindow | SynReceived, .on = E::Text | E::TextAhead | E::TextOld | E::TextNoRoom, .then = Then::NotHere, .source = "3.10.7"},
  {.from = kReading, .on = E::Text, .emit = Emit::Ack, .take = Take::Text, .tell = Tell::Delivered, .then = Then::GoOn, .source = "3.10.7.4"},
  {.from = kReading, .on = E::TextAhead, .emit = Emit::Ack, .then = Then::GoOn, .source = "3.10.7.4"},
  {.from = kUnread, .on = E::Text | E::TextAhead, .then = Then::GoOn, .source = "3.10.7.4"},
  {.from = kWindow & ~StateSet(SynReceived), .on = E::TextOld, .emit = Emit::Ack, .then = Then::GoOn, .source = "3.10.7.4"},
  {.from = kWindow & ~StateSet(SynReceived), .on = E::TextNoRoom, .emit = Emit::Ack, .source = "3.10.7.4"},

  // ---- eighth: FIN --------------------------------------------------------------------------
  {.from = kNoWindow, .on = E::Fin, .then = Then::NotHere, .source = "3.10.7.4"},
  {.from = SynReceived, .on = E::Fin, .to = CloseWait, .emit = Emit::Ack, .take = Take::Fin, .tell = Tell::Closing, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.7.4"},
  {.from = Established, .on = E::Fin, .to = CloseWait, .emit = Emit::Ack, .take = Take::Fin, .tell = Tell::Closing, .drawn = Drawn::Figure5, .path = Path::Server, .source = "3.10.7.4"},
  {.from = FinWait1, .on = E::Fin, .when = unless(FinAcked), .to = Closing, .emit = Emit::Ack, .take = Take::Fin, .tell = Tell::Closing, .drawn = Drawn::Figure5, .path = Path::Unusual, .source = "3.10.7.4"},
  {.from = FinWait1, .on = E::Fin, .when = when(FinAcked), .to = TimeWait, .emit = Emit::Ack, .arm = Arm::TimeWait, .take = Take::Fin, .tell = Tell::Closing, .drawn = Drawn::Note2, .path = Path::Unusual, .source = "3.10.7.4"},
  {.from = FinWait2, .on = E::Fin, .to = TimeWait, .emit = Emit::Ack, .arm = Arm::TimeWait, .take = Take::Fin, .tell = Tell::Closing, .drawn = Drawn::Figure5, .path = Path::Client, .source = "3.10.7.4"},
  {.from = CloseWait | Closing | LastAck, .on = E::Fin, .emit = Emit::Ack, .take = Take::Fin, .source = "3.10.7.4"},
  {.from = TimeWait, .on = E::Fin, .emit = Emit::Ack, .arm = Arm::TimeWaitAgain, .take = Take::Fin, .source = "3.10.7.4"},

  // ---- what is left -------------------------------------------------------------------------
  {.from = Listen, .on = E::OtherSegment, .source = "3.10.7.2"},
  {.from = SynSent, .on = E::OtherSegment, .source = "3.10.7.3"},
  {.from = ~(Listen | SynSent), .on = E::OtherSegment, .then = Then::NotHere, .source = "3.10.7"},

  // ---- timeouts -----------------------------------------------------------------------------
  {.from = ~(Closed | Listen | TimeWait), .on = E::UserTimeout, .to = Closed, .arm = Arm::StopAll, .tell = Tell::Aborted, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.10.8"},
  {.from = Closed | Listen | TimeWait, .on = E::UserTimeout, .then = Then::NotHere, .source = "3.10.8"},
  {.from = ~(Closed | Listen | FinWait2 | TimeWait), .on = E::RetransmissionTimeout, .emit = Emit::Head, .arm = Arm::BackOff, .source = "3.10.8"},
  {.from = ~(Closed | Listen | FinWait2 | TimeWait), .on = E::RetransmissionLimit, .to = Closed, .arm = Arm::StopAll, .tell = Tell::Aborted, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.8.3"},
  {.from = Closed | Listen | FinWait2 | TimeWait, .on = E::RetransmissionTimeout | E::RetransmissionLimit, .then = Then::NotHere, .source = "3.10.8"},
  {.from = Established | CloseWait | FinWait1 | Closing | LastAck, .on = E::ProbeTimeout, .emit = Emit::Probe, .arm = Arm::BackOff, .source = "3.8.6.1"},
  {.from = kNoWindow | SynReceived | FinWait2 | TimeWait, .on = E::ProbeTimeout, .then = Then::NotHere, .source = "3.8.6.1"},
  {.from = kIdle, .on = E::KeepaliveTimeout, .emit = Emit::Probe, .source = "3.8.4"},
  {.from = kIdle, .on = E::KeepaliveLimit, .to = Closed, .arm = Arm::StopAll, .tell = Tell::Aborted, .drawn = Drawn::Text, .path = Path::Unusual, .source = "3.8.4"},
  {.from = ~kIdle, .on = E::KeepaliveTimeout | E::KeepaliveLimit, .then = Then::NotHere, .source = "3.8.4"},
  {.from = TimeWait, .on = E::TimeWaitTimeout, .to = Closed, .arm = Arm::StopAll, .drawn = Drawn::Figure5, .path = Path::Client, .source = "3.10.8"},
  {.from = ~StateSet(TimeWait), .on = E::TimeWaitTimeout, .then = Then::NotHere, .source = "3.10.8"},

  // ---- not known to the RFC -----------------------------------------------------------------
  {.from = StateSet::all(), .on = E::FinWait2Timeout | E::ListenerClosed | E::Destroyed | E::PortTaken, .then = Then::NotHere, .source = "3.10"},
  });
}();
// clang-format on

}  // namespace lastack::tcp
