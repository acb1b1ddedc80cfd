// The Linux overlay: what Linux does otherwise than the table of RFC 9293 with RFC 5961. A row here
// comes before those of kRules. "measured": on Linux 6.18.44, 476 cells of state and segment, and
// scenarios beside them; a name in source is the kernel function that was read.
#pragma once

#include <array>

#include "tcp/rule.hh"

namespace lastack::tcp {

// clang-format off: one row is one thought
inline constexpr auto kLinuxRules = [] {
  using enum State;
  using enum Condition;
  using E = Event;
  constexpr StateSet kUnsynchronized = Closed | Listen | SynSent;
  constexpr StateSet kWindow = ~kUnsynchronized;
  constexpr StateSet kFull = kWindow & ~StateSet(TimeWait);
  constexpr EventSet kUnacceptableAck = E::AckTooOld | E::AckOld | E::AckFuture;
  constexpr StateSet kOpen = Established | FinWait1 | FinWait2 | CloseWait;

  return std::to_array<Rule>({
  // ---- calls --------------------------------------------------------------------------------
  {.from = Listen, .on = E::OpenActive, .when = when(RemoteGiven), .tell = Tell::AlreadyExists, .source = "src: inet_stream_connect", .why = "a listener cannot connect (EISCONN)"},
  {.from = Listen, .on = E::Send, .when = when(RemoteGiven), .tell = Tell::Broken, .source = "src: tcp_sendmsg", .why = "a listener cannot send (EPIPE)"},
  {.from = Established | SynReceived | FinWait1 | FinWait2 | CloseWait | Closing | LastAck, .on = E::Close, .when = when(CloseResets), .to = Closed, .emit = Emit::AbortAck, .arm = Arm::StopAll, .tell = Tell::Ok, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "close() with unread data, or SO_LINGER with a time of 0, resets"},
  {.from = SynReceived, .on = E::Close, .when = {UnsentData, CloseResets}, .to = FinWait1, .emit = Emit::Fin, .arm = Arm::Retransmit, .tell = Tell::Ok, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "the state changes at once; the FIN waits behind what is queued"},
  {.from = FinWait2, .on = E::Close, .when = {Orphan | NoLinger2, CloseResets}, .to = Closed, .emit = Emit::AbortAck, .arm = Arm::StopAll, .tell = Tell::Ok, .drawn = Drawn::Text, .path = Path::Unusual, .source = "src: __tcp_close", .why = "a negative TCP_LINGER2: close() does not wait for the peer's FIN"},
  {.from = kOpen | SynReceived, .on = E::Abort, .to = Closed, .emit = Emit::AbortAck, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "the RST of an abort carries an ACK"},

  {.from = TimeWait, .on = E::Abort, .then = Then::NotHere, .source = "src: tcp_time_wait", .why = "no process has a TIME_WAIT that could abort it"},

  // ---- TIME_WAIT taken over -----------------------------------------------------------------
  {.from = TimeWait, .on = E::NewSyn, .when = {After, TimestampLater}, .to = SynReceived, .emit = Emit::SynAck, .arm = Arm::Retransmit, .take = Take::Reopen, .drawn = Drawn::Linux, .path = Path::Unusual, .source = "measured", .why = "a SYN beyond RCV.NXT begins a new connection without timestamps, too"},

  // ---- first: the sequence number -----------------------------------------------------------
  {.from = kFull, .on = E::SeqUnacceptable, .when = {Abuts | HasAck, HasRst | Request | Mini}, .then = Then::GoOn, .source = "measured", .why = "old text or FIN that ends exactly at RCV.NXT: its ACK counts"},
  {.from = SynReceived, .on = E::SeqUnacceptable, .when = when(Request | SynAlone | JustBefore), .emit = Emit::SynAck, .source = "measured", .why = "the same SYN again: SYN,ACK again"},
  {.from = SynReceived, .on = E::SeqUnacceptable, .when = {Request | HasAck, HasRst | AckAcceptable | SynAlone}, .emit = Emit::Reset, .source = "measured", .why = "of a request the ACK is looked at first: a bad one is answered by RST"},
  {.from = kFull, .on = E::SeqUnacceptable, .when = unless(HasAck | HasRst | HasSyn | Request | Mini), .source = "measured", .why = "neither ACK, RST nor SYN: dropped before the sequence number is looked at"},
  {.from = CloseWait, .on = E::SeqUnacceptable, .when = when(HasRst | JustBefore), .to = Closed, .arm = Arm::StopAll, .tell = Tell::Broken, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "an RST that follows a FIN of the same sequence number, as macOS sends it, counts"},
  {.from = Closing | LastAck, .on = E::SeqUnacceptable, .when = when(HasRst | JustBefore), .to = Closed, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "an RST that follows a FIN of the same sequence number, as macOS sends it, counts"},
  {.from = FinWait2, .on = E::SeqUnacceptable, .when = when(HasRst | Mini), .emit = Emit::ChallengeAck, .source = "measured", .why = "a mini-socket answers an RST outside the window, too"},

  // ---- second: RST --------------------------------------------------------------------------
  {.from = SynSent, .on = E::Rst, .when = when(HasAck), .to = Closed, .arm = Arm::StopAll, .tell = Tell::Refused, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "ECONNREFUSED; SEG.SEQ is not looked at"},
  {.from = SynReceived, .on = E::Rst, .when = when(Request), .to = Closed, .arm = Arm::StopAll, .drawn = Drawn::Linux, .path = Path::Unusual, .source = "measured", .why = "the request socket ends; the listener was never anything but LISTEN"},
  {.from = SynReceived, .on = E::Rst, .when = unless(Request | Passive), .to = Closed, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "ECONNRESET, not ECONNREFUSED"},
  {.from = SynReceived, .on = E::Rst, .when = {Passive, Request}, .to = Closed, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Linux, .path = Path::Unusual, .source = "src: tcp_reset", .why = "a child (TCP Fast Open) does not become a listener again"},
  {.from = CloseWait, .on = E::Rst, .to = Closed, .arm = Arm::StopAll, .tell = Tell::Broken, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "EPIPE instead of ECONNRESET"},
  {.from = Closing | LastAck, .on = E::Rst, .to = Closed, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "a socket that a process still holds (shutdown) hears ECONNRESET"},
  {.from = TimeWait, .on = E::Rst, .when = when(Rfc1337), .source = "measured", .why = "tcp_rfc1337 = 1 keeps TIME_WAIT from assassination"},
  {.from = TimeWait, .on = E::RstElsewhere, .source = "measured", .why = "no challenge ACK from TIME_WAIT"},
  {.from = FinWait2, .on = E::RstElsewhere, .when = when(Mini), .to = Closed, .arm = Arm::StopAll, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "RFC 5961 is not applied to mini-sockets"},

  // ---- third: security ----------------------------------------------------------------------
  {.from = ~StateSet(Closed), .on = E::SecurityMismatch, .source = "src: tcp_inbound_hash", .why = "a segment whose TCP-MD5 or TCP-AO does not match is dropped silently"},

  // ---- fourth: SYN --------------------------------------------------------------------------
  {.from = Listen, .on = E::Syn, .when = when(HasFin), .source = "measured", .why = "SYN with FIN is dropped"},
  {.from = Listen, .on = E::Syn, .when = {AcceptQueueFull, HasFin}, .source = "measured", .why = "the accept queue is full: the SYN is dropped"},
  {.from = Listen, .on = E::Syn, .when = {SynQueueFull, HasFin | AcceptQueueFull}, .source = "measured", .why = "the SYN queue is full and SYN cookies are off: dropped"},
  {.from = Listen, .on = E::Syn, .when = {SynCookies, HasFin | AcceptQueueFull | SynQueueFull}, .emit = Emit::SynAck, .take = Take::Cookie, .source = "measured", .why = "a SYN cookie keeps the handshake: no request socket"},
  {.from = SynReceived, .on = E::Syn, .when = {Request | JustBefore, HasAck}, .emit = Emit::SynAck, .source = "measured", .why = "the same SYN with a FIN: SYN,ACK again, the FIN is not looked at"},
  {.from = SynReceived, .on = E::Syn, .when = {Request, HasAck | JustBefore}, .to = Closed, .emit = Emit::Reset, .arm = Arm::StopAll, .drawn = Drawn::Linux, .path = Path::Unusual, .source = "measured", .why = "another SYN in the window: RST, and the request is dropped"},
  {.from = SynReceived, .on = E::Syn, .when = when(Request | HasAck | AckAcceptable), .to = Closed, .emit = Emit::Reset, .arm = Arm::StopAll, .drawn = Drawn::Linux, .path = Path::Unusual, .source = "measured", .why = "SYN,ACK in the window with our ACK: RST, and the request is dropped"},
  {.from = SynReceived, .on = E::Syn, .when = {Request | HasAck, AckAcceptable}, .emit = Emit::Reset, .source = "measured", .why = "SYN,ACK with a bad ACK: RST by the listener, the request stays"},
  {.from = SynReceived, .on = E::Syn, .when = {JustBefore | HasAck | AckAcceptable, Request}, .emit = Emit::Ack, .then = Then::GoOn, .source = "measured", .why = "the crossed SYN,ACK of a simultaneous open (figure 7): its ACK counts"},
  {.from = SynReceived, .on = E::Syn, .when = {Passive, Request | JustBefore}, .emit = Emit::ChallengeAck, .source = "src: tcp_validate_incoming", .why = "a child (TCP Fast Open) does not become a listener again"},
  {.from = FinWait2, .on = E::Syn, .when = when(Mini | Straddles), .then = Then::GoOn, .source = "measured", .why = "of a mini-socket a SYN before RCV.NXT is not looked at"},
  {.from = FinWait2, .on = E::Syn, .when = {Mini, Straddles}, .to = Closed, .emit = Emit::Reset, .arm = Arm::StopAll, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "a SYN in the window resets a mini-socket"},

  // ---- fifth: ACK ---------------------------------------------------------------------------
  {.from = Listen, .on = E::AckStray, .when = when(CookieGood | AcceptQueueFull), .source = "src: tcp_v4_syn_recv_sock()", .why = "the accept queue is full: a good SYN cookie is dropped, too"},
  {.from = Listen, .on = E::AckStray, .when = {CookieGood, AcceptQueueFull}, .to = SynReceived, .take = Take::Cookie, .then = Then::Again, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "a good SYN cookie: the child begins in SYN_RECEIVED and goes on at once"},
  {.from = SynSent, .on = kUnacceptableAck, .when = unless(HasRst), .emit = Emit::ResetAndSyn, .source = "measured", .why = "after the RST the SYN is sent again at once"},
  {.from = SynSent, .on = kUnacceptableAck, .when = when(HasRst), .emit = Emit::Syn, .source = "measured", .why = "an RST with a bad ACK: the SYN is sent again at once"},
  {.from = SynReceived, .on = E::AckOfSyn, .when = {Request | DeferAccept, HasLength | AcceptQueueFull}, .source = "measured", .why = "TCP_DEFER_ACCEPT: the bare ACK is dropped until data come"},
  {.from = SynReceived, .on = E::AckOfSyn, .when = {Request | AcceptQueueFull, AbortOnOverflow}, .source = "measured", .why = "the accept queue is full: the ACK is dropped, the SYN,ACK will be sent again"},
  {.from = SynReceived, .on = E::AckOfSyn, .when = when(Request | AcceptQueueFull | AbortOnOverflow), .to = Closed, .emit = Emit::Reset, .arm = Arm::StopAll, .drawn = Drawn::Linux, .path = Path::Unusual, .source = "measured", .why = "the accept queue is full and tcp_abort_on_overflow = 1: RST"},
  {.from = SynReceived, .on = E::AckOld, .when = {AckRepeated, Request | Passive}, .to = Established, .tell = Tell::Connected, .then = Then::GoOn, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "crossed SYNs: an ACK of nothing new is accepted, too; our SYN is still to be acknowledged"},
  {.from = Established, .on = E::AckTooOld, .when = when(Predicted | Flowing), .then = Then::GoOn, .source = "measured", .why = "header prediction: text that was foreseen is taken before its ACK is looked at (tcp_rcv_established)"},
  {.from = FinWait1, .on = E::AckOfFin, .when = when(Orphan | NoLinger2), .to = Closed, .emit = Emit::Reset, .arm = Arm::StopAll, .take = Take::Ack, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "a negative TCP_LINGER2: no FIN_WAIT_2, RST"},
  {.from = FinWait1, .on = E::AckOfFin, .when = {Orphan, NoLinger2}, .to = FinWait2, .arm = Arm::FinWait2, .take = Take::Ack, .then = Then::GoOn, .drawn = Drawn::Figure5, .path = Path::Client, .source = "measured", .why = "closed by its process: tcp_fin_timeout runs"},
  {.from = FinWait2, .on = E::AckTooOld | E::AckFuture, .when = when(Mini), .then = Then::GoOn, .source = "measured", .why = "a mini-socket does not look at SEG.ACK"},
  {.from = Closing, .on = E::AckOfFin, .to = TimeWait, .arm = Arm::TimeWait, .take = Take::Ack, .drawn = Drawn::Figure5, .path = Path::Unusual, .source = "measured", .why = "processing ends here; a FIN of the same segment is not acknowledged"},
  {.from = Closing | LastAck, .on = E::AckOld, .take = Take::Window, .then = Then::GoOn, .source = "measured", .why = "what leaves our FIN unacknowledged is not ignored: old text and text across RCV.NXT are still looked at"},
  {.from = Closing | LastAck, .on = E::AckNew, .take = Take::Ack, .then = Then::GoOn, .source = "measured", .why = "a part of what is outstanding is acknowledged: old text and text across RCV.NXT are still looked at"},
  {.from = TimeWait, .on = E::AckOff, .when = when(HasLength), .emit = Emit::ChallengeAck, .source = "measured", .why = "whatever is no bare ACK and no RST is acknowledged"},
  {.from = TimeWait, .on = E::AckTooOld | E::AckFuture, .when = when(HasLength), .emit = Emit::ChallengeAck, .arm = Arm::TimeWaitAgain, .source = "src: tcp_timewait_state_process", .why = "SEG.ACK is not looked at"},
  {.from = TimeWait, .on = kUnacceptableAck, .when = unless(HasLength | After), .arm = Arm::TimeWaitAgain, .source = "measured", .why = "a bare ACK at RCV.NXT is never answered; the time begins again (src)"},
  {.from = TimeWait, .on = kUnacceptableAck, .when = {After, HasLength}, .emit = Emit::ChallengeAck, .arm = Arm::TimeWaitAgain, .source = "measured", .why = "a bare ACK beyond RCV.NXT is answered"},

  // ---- seventh and eighth: text and FIN -----------------------------------------------------
  {.from = FinWait1 | FinWait2, .on = E::Text | E::TextAhead, .when = when(Deaf), .to = Closed, .emit = Emit::Reset, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "data that no process can read any more (RFC 1122 4.2.2.13)"},
  {.from = FinWait2, .on = E::TextOld, .when = {Orphan, HasFin}, .source = "measured", .why = "the mini-socket takes over; the old text is not acknowledged"},
  {.from = CloseWait, .on = E::Text, .when = when(Straddles), .to = Closed, .emit = Emit::Reset, .arm = Arm::StopAll, .tell = Tell::Broken, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "text across RCV.NXT after the peer's FIN: reset"},
  {.from = Closing | LastAck, .on = E::Text, .when = when(Straddles), .to = Closed, .emit = Emit::Reset, .arm = Arm::StopAll, .tell = Tell::Reset, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "text across RCV.NXT after the peer's FIN: reset"},
  {.from = Established | FinWait1 | FinWait2, .on = E::TextNoRoom, .when = {HasFin, HasText}, .then = Then::GoOn, .source = "src: tcp_data_queue", .why = "a FIN needs no room in the window (selftest tcp_rcv_zero_wnd_fin)"},
  {.from = SynReceived, .on = E::Fin, .then = Then::NotHere, .source = "src: tcp_rcv_state_process", .why = "the ACK of the same segment has made it ESTABLISHED"},
  {.from = CloseWait | Closing | LastAck, .on = E::Fin, .when = unless(Straddles), .source = "measured", .why = "a second FIN is ignored"},

  // ---- timers and the kernel ----------------------------------------------------------------
  {.from = SynReceived, .on = E::RetransmissionLimit, .when = when(Request), .to = Closed, .arm = Arm::StopAll, .drawn = Drawn::Linux, .path = Path::Unusual, .source = "measured", .why = "tcp_synack_retries: the handshake is dropped, nobody hears"},
  {.from = kOpen & ~StateSet(FinWait1), .on = E::KeepaliveLimit, .to = Closed, .emit = Emit::AbortAck, .arm = Arm::StopAll, .tell = Tell::Aborted, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "the end of the probes is told to the peer by RST"},
  {.from = FinWait2, .on = E::FinWait2Timeout, .to = Closed, .arm = Arm::StopAll, .drawn = Drawn::Linux, .path = Path::Unusual, .source = "measured", .why = "after close(), the peer's FIN is awaited for tcp_fin_timeout only"},
  {.from = SynReceived, .on = E::ListenerClosed, .when = unless(Request), .to = Closed, .emit = Emit::AbortAck, .arm = Arm::StopAll, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "close() of the listener resets what it has not accepted"},
  {.from = SynReceived, .on = E::ListenerClosed, .when = when(Request), .to = Closed, .arm = Arm::StopAll, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "a request stays until it is looked at; its ACK is answered by RST"},
  {.from = Established | CloseWait, .on = E::ListenerClosed, .to = Closed, .emit = Emit::AbortAck, .arm = Arm::StopAll, .drawn = Drawn::Text, .path = Path::Unusual, .source = "measured", .why = "close() of the listener resets what it has not accepted"},
  {.from = kOpen | SynReceived, .on = E::Destroyed, .when = unless(Request | Mini), .to = Closed, .emit = Emit::AbortAck, .arm = Arm::StopAll, .tell = Tell::Aborted, .drawn = Drawn::Text, .path = Path::Unusual, .source = "src: tcp_abort", .why = "an administrator destroys it: ECONNABORTED, RST"},
  {.from = SynReceived | FinWait2, .on = E::Destroyed, .when = {Request, Mini}, .to = Closed, .arm = Arm::StopAll, .drawn = Drawn::Text, .path = Path::Unusual, .source = "src: tcp_abort", .why = "an administrator drops a request: nobody hears"},
  {.from = SynReceived | FinWait2 | TimeWait, .on = E::Destroyed, .when = when(Mini), .to = Closed, .arm = Arm::StopAll, .drawn = Drawn::Text, .path = Path::Unusual, .source = "src: tcp_abort", .why = "an administrator drops a mini-socket: nobody hears"},
  {.from = Listen | SynSent | Closing | LastAck, .on = E::Destroyed, .to = Closed, .arm = Arm::StopAll, .tell = Tell::Aborted, .drawn = Drawn::Text, .path = Path::Unusual, .source = "src: tcp_abort", .why = "an administrator destroys it"},
  {.from = TimeWait, .on = E::PortTaken, .to = Closed, .arm = Arm::StopAll, .drawn = Drawn::Text, .path = Path::Unusual, .source = "src: tcp_twsk_unique", .why = "a connect() takes the port over (tcp_tw_reuse); or a SYN did, which its listener then drops"},
  });
}();
// clang-format on

}  // namespace lastack::tcp
