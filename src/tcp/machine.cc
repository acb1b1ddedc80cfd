#include "tcp/machine.hh"

#include "tcp/checks.hh"

namespace lastack::tcp {
namespace {

void take_window(Tcb& tcb, Segment const& segment) {
  tcb.snd_wnd = segment.window;
  tcb.snd_wl1 = segment.seq;
  tcb.snd_wl2 = segment.has(kAck) ? segment.ack : tcb.snd_una;
  if (segment.window > tcb.max_snd_wnd) tcb.max_snd_wnd = segment.window;
}

// 3.10.7.4, fifth: an old segment does not tell the window.
void take_newer_window(Tcb& tcb, Segment const& segment) {
  bool const old_text = before(segment.seq, tcb.snd_wl1);
  bool const old_ack = segment.seq == tcb.snd_wl1 && before(segment.ack, tcb.snd_wl2);
  if (before(segment.ack, tcb.snd_una) || old_text || old_ack) return;
  take_window(tcb, segment);
}

void take_syn(Tcb& tcb, Segment const& segment) {
  tcb.irs = segment.seq;
  tcb.rcv_nxt = segment.seq + 1;
  tcb.snd_una = tcb.iss;
  tcb.snd_nxt = tcb.iss + 1;
  take_window(tcb, segment);
}

void take(Tcb& tcb, Take what, Segment const& segment) {
  switch (what) {
    case Take::Nothing: return;
    case Take::Syn: return take_syn(tcb, segment);
    case Take::SynAck:
      take_syn(tcb, segment);
      tcb.snd_una = segment.ack;
      return;
    case Take::Ack: tcb.snd_una = segment.ack; return take_newer_window(tcb, segment);
    case Take::Window: return take_newer_window(tcb, segment);
    case Take::Text: tcb.rcv_nxt = segment.text_end(); return;
    case Take::Fin: tcb.rcv_nxt = segment.end(); return;
    case Take::Reopen:
      tcb.iss = tcb.snd_nxt + 65537;  // Linux' choice; RFC 6191 only wants it to be greater
      tcb.fin_sent = false;
      return take_syn(tcb, segment);
    case Take::Cookie:
      if (!segment.has(kAck)) return;  // the SYN itself leaves nothing behind
      tcb.irs = segment.seq - 1;
      tcb.rcv_nxt = segment.seq;
      tcb.iss = segment.ack - 1;
      tcb.snd_una = tcb.iss;
      tcb.snd_nxt = segment.ack;
      return take_window(tcb, segment);
  }
}

void enter(Tcb& tcb, State next, Rule const& rule) {
  if (next == State::SynReceived) {
    bool const passive = tcb.state == State::Listen || tcb.state == State::TimeWait;
    tcb.facts.set(Condition::Passive, passive);
    tcb.facts.set(Condition::Request, passive && rule.take != Take::Cookie);
  } else {
    tcb.facts.set(Condition::Request, false);
  }
  tcb.facts.set(Condition::Mini, rule.arm == Arm::FinWait2 || rule.arm == Arm::TimeWait);
  tcb.state = next;
}

}  // namespace

// What is sent, written into the outcome.
class Emitter {
 public:
  Emitter(Tcb& tcb, Outcome& outcome) : tcb_(tcb), outcome_(outcome) {}

  void acknowledgment(Seq seq, Flags flags = kAck) {
    outcome_.reply(seq, tcb_.rcv_nxt, tcb_.rcv_wnd, flags);
  }
  void acknowledgment() { acknowledgment(tcb_.snd_nxt); }
  void syn() { outcome_.reply(tcb_.iss, Seq(), tcb_.rcv_wnd, kSyn); }
  void first_syn() {
    tcb_.snd_una = tcb_.iss;
    tcb_.snd_nxt = tcb_.iss + 1;
    syn();
  }
  // A SYN cookie leaves no control block: what it answers is in the segment.
  void syn_ack(Segment const* segment) {
    bool const stateless = tcb_.state == State::Listen && segment != nullptr;
    outcome_.reply(tcb_.iss, stateless ? segment->seq + 1 : tcb_.rcv_nxt, tcb_.rcv_wnd,
                   kSyn | kAck);
  }
  // Behind queued text it is sent by whoever holds that.
  void fin() {
    if (tcb_.facts.has(Condition::UnsentData)) return;
    acknowledgment(tcb_.snd_nxt, kFin | kAck);
    tcb_.snd_nxt = tcb_.snd_nxt + 1;
    tcb_.fin_sent = true;
  }
  // 3.5.2, group 1.
  void reset(Segment const* segment) {
    if (segment == nullptr) return;
    if (segment->has(kAck)) return outcome_.reply(segment->ack, Seq(), 0, kRst);
    outcome_.reply(Seq(0), segment->end(), 0, kRst | kAck);
  }
  // The first unacknowledged segment; text is with whoever holds it.
  void head() {
    if (tcb_.state == State::SynSent) return syn();
    if (tcb_.state == State::SynReceived) return syn_ack(nullptr);
    if (tcb_.fin_sent) acknowledgment(tcb_.snd_nxt - 1, kFin | kAck);
  }

  void emit(Emit what, Segment const* segment) {
    switch (what) {
      case Emit::Nothing:
      case Emit::Data: return;  // whoever holds the text sends it
      case Emit::Ack: return owe(true);
      case Emit::ChallengeAck: owe(false); return acknowledgment();
      case Emit::Syn: return first_syn();
      case Emit::SynAck: return syn_ack(segment);
      case Emit::Fin: return fin();
      case Emit::Reset: owe(false); return reset(segment);
      case Emit::ResetAndSyn: reset(segment); return syn();
      case Emit::Abort: return outcome_.reply(tcb_.snd_nxt, Seq(), 0, kRst);
      case Emit::AbortAck: return acknowledgment(tcb_.snd_nxt, kRst | kAck);
      case Emit::Head: return head();
      case Emit::Probe: return acknowledgment(tcb_.snd_nxt - 1);
    }
  }

 private:
  void owe(bool ack) { outcome_.owes_ack_ = ack; }

  Tcb& tcb_;
  Outcome& outcome_;
};

// Takes, then changes the state, then sends: the one place where a state changes.
Then Machine::apply(Tcb& tcb, Rule const& rule, Segment const* segment, Outcome& outcome) const {
  outcome.note(rule);
  if (segment != nullptr) take(tcb, rule.take, *segment);
  if (rule.changes(tcb.state)) enter(tcb, rule.next(tcb.state), rule);
  Emitter(tcb, outcome).emit(rule.emit, segment);
  return rule.then;
}

Outcome Machine::happen(Tcb& tcb, Event event, Conditions extra) const {
  Outcome outcome;
  if (auto const* rule = reading_.find(tcb.state, event, tcb.facts | extra)) {
    apply(tcb, *rule, nullptr, outcome);
  }
  return outcome;
}

namespace {

// The conditions as they were when the segment came, worked out only where a row asks for them.
class Facts {
 public:
  Facts(Tcb const& tcb, Segment const& segment) : tcb_(tcb), segment_(segment) {}

  Conditions get() {
    if (!known_) facts_ = conditions_of(tcb_, segment_);
    known_ = true;
    return facts_;
  }
  // The row changes what conditions are made of, and later checks may still ask.
  void keep_before(Rule const& rule) {
    if (known_ || rule.take == Take::Nothing || rule.then == Then::Stop) return;
    bool const text_is_left = segment_.text > 0 && rule.take != Take::Text;
    if (text_is_left || segment_.has(kFin) || segment_.has(kUrg)) (void)get();
  }

 private:
  Tcb const& tcb_;
  Segment const& segment_;
  Conditions facts_;
  bool known_ = false;
};

}  // namespace

// One segment on its way through the checks. The lists are unrolled: a step takes nanoseconds, and
// a jump to a check that is chosen at run time as long as the check.
class Arrival {
 public:
  Arrival(Machine const& machine, Tcb& tcb, Segment const& segment, Outcome& outcome)
      : machine_(machine), tcb_(tcb), segment_(segment), outcome_(outcome), facts_(tcb, segment) {}

  // Whether the segment begins once more, in the state that it led to.
  bool pass_through() {
    switch (tcb_.state) {
      case State::Closed: return make(ChecksInClosed());
      case State::Listen: return make(ChecksInListen());
      case State::SynSent: return make(ChecksInSynSent());
      case State::TimeWait: return make(ChecksInTimeWait());
      default: return make(ChecksElsewhere());
    }
  }

 private:
  template <Check... checks>
  bool make(Checks<checks...> /*list*/) {
    auto then = Then::GoOn;
    (void)(((then = make_one<checks>()) == Then::GoOn) && ...);
    return then == Then::Again;
  }

  template <Check check>
  Then make_one() {
    auto const& reading = machine_.reading_;
    auto const event = found<check>(tcb_, segment_, reading.amendments);
    if (event == kNothingFound) return Then::GoOn;
    auto const* rule = reading.only(tcb_.state, event);
    if (rule == nullptr) rule = reading.find(tcb_.state, event, facts_.get());
    if (rule == nullptr || rule->then == Then::NotHere) return Then::GoOn;
    facts_.keep_before(*rule);
    return machine_.apply(tcb_, *rule, &segment_, outcome_);
  }

  Machine const& machine_;
  Tcb& tcb_;
  Segment const& segment_;
  Outcome& outcome_;
  Facts facts_;
};

[[gnu::flatten]] Outcome Machine::arrive(Tcb& tcb, Segment const& segment) const {
  Outcome outcome;
  Arrival arrival(*this, tcb, segment, outcome);
  if (arrival.pass_through()) (void)arrival.pass_through();  // once: a segment is finite
  if (outcome.owes_ack_ && tcb.state != State::Closed) Emitter(tcb, outcome).acknowledgment();
  return outcome;
}

}  // namespace lastack::tcp
