// The machine of RFC 9293: a control block, and what each event makes of it according to a reading
// of the table. No clock, no heap, no I/O: time and segments are passed in, answers come out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tcp/reading.hh"
#include "tcp/segment.hh"

namespace lastack::tcp {

// The control block (RFC 9293 section 3.3.1), names as there.
struct Tcb {
  State state = State::Closed;
  bool fin_sent = false;
  Seq iss{};  // in CLOSED, LISTEN: the one that the next SYN will have
  Seq irs{};
  Seq snd_una{};
  Seq snd_nxt{};
  Seq snd_wl1{};
  Seq snd_wl2{};
  Seq rcv_nxt{};
  std::uint32_t snd_wnd = 0;
  std::uint32_t max_snd_wnd = 0;
  std::uint32_t rcv_wnd = 0;
  Conditions facts{};  // of the connection and of the machine
};

// What came of one event. Room for what one event can do, never more.
class Outcome {
 public:
  static constexpr std::size_t kMaxReplies = 2;
  static constexpr std::size_t kMaxRules = 10;  // one a check

  [[nodiscard]] std::span<Segment const> replies() const {
    return std::span(replies_).first(reply_count_);
  }
  // The rows that were applied, in order: why it came so.
  [[nodiscard]] std::span<Rule const* const> rules() const {
    return std::span(rules_).first(rule_count_);
  }
  // What the user hears, last of all rows that tell something.
  [[nodiscard]] Tell tell() const { return tell_; }
  // What the timers do, likewise.
  [[nodiscard]] Arm arm() const { return arm_; }

 private:
  friend class Machine;
  friend class Emitter;
  // Filled in in place: a copy would wait for the stores before it.
  void reply(Seq seq, Seq ack, std::uint32_t window, Flags flags) {
    if (reply_count_ == kMaxReplies) return;
    auto& segment = replies_[reply_count_++];
    segment.seq = seq;
    segment.ack = ack;
    segment.window = window;
    segment.flags = flags;
  }
  void note(Rule const& rule) {
    if (rule_count_ < kMaxRules) rules_[rule_count_++] = &rule;
    if (rule.tell != Tell::Nothing) tell_ = rule.tell;
    if (rule.arm != Arm::Leave) arm_ = rule.arm;
  }

  std::array<Segment, kMaxReplies> replies_;
  std::array<Rule const*, kMaxRules> rules_;
  std::uint8_t reply_count_ = 0;
  std::uint8_t rule_count_ = 0;
  Tell tell_ = Tell::Nothing;
  Arm arm_ = Arm::Leave;
  bool owes_ack_ = false;
};

class Machine {
 public:
  explicit Machine(Reading const& reading) : reading_(reading) {}

  // A call, a timeout or something the kernel does; `extra` are conditions of the call.
  Outcome happen(Tcb& tcb, Event event, Conditions extra = {}) const;
  // A segment of the connection arrives: the checks of 3.10.7 in their order.
  Outcome arrive(Tcb& tcb, Segment const& segment) const;

 private:
  friend class Arrival;

  Then apply(Tcb& tcb, Rule const& rule, Segment const* segment, Outcome& outcome) const;

  Reading reading_;
};

}  // namespace lastack::tcp
