// The checks of an arriving segment, RFC 9293 sections 3.10.7.1 to 3.10.7.4: which are made in
// which state, in which order, and what each finds. Only the machine includes this.
#pragma once

#include <cstdint>

#include "tcp/event.hh"
#include "tcp/machine.hh"
#include "tcp/segment.hh"

namespace lastack::tcp {

enum class Check : std::uint8_t {
  NewSyn,
  Sequence,
  Rst,
  Security,
  Syn,
  Ack,
  Urgent,
  Text,
  Fin,
  Other,
};

// Those that are made when a segment arrives in a state, in order.
template <Check... checks>
struct Checks {};
using ChecksInClosed = Checks<Check::Rst, Check::Ack>;
using ChecksInListen = Checks<Check::Rst, Check::Ack, Check::Security, Check::Syn, Check::Other>;
using ChecksInSynSent = Checks<Check::Ack, Check::Rst, Check::Security, Check::Syn, Check::Other,
                               Check::Urgent, Check::Text, Check::Fin>;
using ChecksElsewhere = Checks<Check::Sequence, Check::Rst, Check::Security, Check::Syn, Check::Ack,
                               Check::Urgent, Check::Text, Check::Fin>;
using ChecksInTimeWait = Checks<Check::NewSyn, Check::Sequence, Check::Rst, Check::Security,
                                Check::Syn, Check::Ack, Check::Urgent, Check::Text, Check::Fin>;

// Not an optional: GCC 12 returns one by way of memory, which costs more than the check.
inline constexpr auto kNothingFound = static_cast<Event>(kEventCount);

namespace detail {

[[nodiscard]] inline Event if_so(bool so, Event event) { return so ? event : kNothingFound; }

// 3.10.7.4, first: the four cases of length and window.
[[nodiscard]] inline bool is_in_window(Tcb const& tcb, Segment const& segment) {
  auto const within = [&](Seq seq) {
    return not_after(tcb.rcv_nxt, seq) && before(seq, tcb.rcv_nxt + tcb.rcv_wnd);
  };
  auto const length = segment.length();
  if (tcb.rcv_wnd == 0) return length == 0 && segment.seq == tcb.rcv_nxt;
  if (within(segment.seq)) return true;
  return length > 0 && within(segment.end() - 1);
}

[[nodiscard]] inline Event found_by_ack(Tcb const& tcb, Segment const& segment) {
  if (!segment.has(kAck)) return Event::AckOff;
  if (tcb.state == State::Closed || tcb.state == State::Listen) return Event::AckStray;
  if (before(tcb.snd_nxt, segment.ack)) return Event::AckFuture;
  if (before(tcb.snd_una, segment.ack)) {
    if (tcb.state == State::SynSent || tcb.state == State::SynReceived) return Event::AckOfSyn;
    bool const all = tcb.fin_sent && segment.ack == tcb.snd_nxt;
    return all ? Event::AckOfFin : Event::AckNew;
  }
  bool const far = before(segment.ack, tcb.snd_una - tcb.max_snd_wnd);
  return far ? Event::AckTooOld : Event::AckOld;
}

[[nodiscard]] inline Event found_by_rst(Tcb const& tcb, Segment const& segment, Conditions facts) {
  if (!segment.has(kRst)) return kNothingFound;
  bool const has_window =
      tcb.state != State::Closed && tcb.state != State::Listen && tcb.state != State::SynSent;
  bool const elsewhere = has_window && segment.seq != tcb.rcv_nxt;
  return elsewhere && facts.has(Condition::Rfc5961) ? Event::RstElsewhere : Event::Rst;
}

[[nodiscard]] inline Event found_by_text(Tcb const& tcb, Segment const& segment) {
  auto const begin = segment.text_begin();
  bool const has_fin = segment.has(kFin);
  if (before(begin, tcb.rcv_nxt) && not_after(segment.end(), tcb.rcv_nxt)) return Event::TextOld;
  if (segment.text == 0 && !has_fin) return kNothingFound;
  if (tcb.rcv_wnd == 0) return Event::TextNoRoom;
  if (before(tcb.rcv_nxt, begin)) return Event::TextAhead;
  return if_so(before(tcb.rcv_nxt, segment.text_end()), Event::Text);
}

}  // namespace detail

// What a check finds; kNothingFound: nothing to stop at.
template <Check check>
[[nodiscard]] inline Event found(Tcb const& tcb, Segment const& segment, Conditions amendments) {
  using detail::if_so;
  if constexpr (check == Check::NewSyn) {
    bool const bare = segment.has(kSyn) && !segment.has(kAck) && !segment.has(kRst);
    return if_so(bare, Event::NewSyn);
  } else if constexpr (check == Check::Sequence) {
    return if_so(!detail::is_in_window(tcb, segment), Event::SeqUnacceptable);
  } else if constexpr (check == Check::Rst) {
    return detail::found_by_rst(tcb, segment, amendments);
  } else if constexpr (check == Check::Security) {
    return if_so(segment.security_mismatch, Event::SecurityMismatch);
  } else if constexpr (check == Check::Syn) {
    if (!segment.has(kSyn)) return kNothingFound;
    return tcb.state == State::SynSent && segment.has(kAck) ? Event::SynAck : Event::Syn;
  } else if constexpr (check == Check::Ack) {
    return detail::found_by_ack(tcb, segment);
  } else if constexpr (check == Check::Urgent) {
    return if_so(segment.has(kUrg), Event::Urgent);
  } else if constexpr (check == Check::Text) {
    return detail::found_by_text(tcb, segment);
  } else if constexpr (check == Check::Fin) {
    return if_so(segment.has(kFin) && segment.text_end() == tcb.rcv_nxt, Event::Fin);
  } else {
    static_assert(check == Check::Other);
    bool const counts = tcb.state == State::Listen || tcb.state == State::SynSent;
    return if_so(counts && !segment.has(kSyn), Event::OtherSegment);
  }
}

// The conditions that hold of this segment and this connection.
[[nodiscard]] inline Conditions conditions_of(Tcb const& tcb, Segment const& segment) {
  using enum Condition;
  auto facts = tcb.facts;
  auto const end = segment.end();
  bool const has_length = segment.length() > 0;
  facts.set(FinAcked, tcb.fin_sent && tcb.snd_una == tcb.snd_nxt);
  facts.set(HasRst, segment.has(kRst));
  facts.set(HasAck, segment.has(kAck));
  facts.set(HasFin, segment.has(kFin));
  facts.set(HasSyn, segment.has(kSyn));
  facts.set(HasText, segment.text > 0);
  facts.set(HasLength, has_length);
  facts.set(SynAlone, segment.flags == kSyn);
  facts.set(JustBefore, segment.seq + 1 == tcb.rcv_nxt);
  facts.set(Abuts, has_length && end == tcb.rcv_nxt);
  facts.set(After, before(tcb.rcv_nxt, segment.seq));
  facts.set(Straddles, before(segment.seq, tcb.rcv_nxt) && before(tcb.rcv_nxt, end));
  facts.set(AckAcceptable, segment.has(kAck) && before(tcb.snd_una, segment.ack) &&
                               not_after(segment.ack, tcb.snd_nxt));
  facts.set(AckRepeated, segment.has(kAck) && segment.ack == tcb.snd_una);
  facts.set(WindowClosed, tcb.rcv_wnd == 0 && segment.seq == tcb.rcv_nxt);
  facts.set(TimestampLater, segment.timestamp_later);
  facts.set(CookieGood, segment.good_cookie);
  bool const plain = segment.flags == kAck || segment.flags == (kPsh | kAck);
  facts.set(Predicted, plain && segment.text > 0 && segment.seq == tcb.rcv_nxt &&
                           segment.window == tcb.snd_wnd);
  return facts;
}

}  // namespace lastack::tcp
