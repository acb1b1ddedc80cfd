#include "lab/life_player.hh"

#include <utility>

#include <fmt/format.h>

namespace lastack::lab {
namespace {

using tcp::Segment;
using tcp::Seq;

// Linux takes text whose header it has foreseen before it looks at an ACK that may be too old,
// but only where it has memory at hand (kernel: tcp_rcv_established(), sk_forward_alloc), which
// nobody outside can know. What announces a window of its own is never foreseen.
std::uint32_t window_of(LifeStep const& step, std::size_t at) {
  bool const may_be_old = step.ack_of == AckOf::Unacknowledged || step.ack < 0;
  bool const depends_on_memory = step.octets > 0 && may_be_old;
  return depends_on_memory ? kProbeWindow - 1 - static_cast<std::uint32_t>(at) : kProbeWindow;
}

}  // namespace

LifePlayer::LifePlayer(Subject& subject, Life const& life, std::uint16_t port)
    : subject_(subject), life_(life), flow_{{subject.address(), port}, kLifePeer} {
  auto& id = life.active ? socket_ : listener_;
  id = subject.socket();
  (void)subject.bind(id, port);
  if (life.active) {
    scribe_.begin(fmt::format("machine bind c {}", port));
    scribe_.begin("machine connect c peer:9000");
    scribe_.open("c");
    (void)subject.connect(id, flow_.remote);
  } else {
    scribe_.begin(fmt::format("machine listen L {} backlog=8", port));
    (void)subject.listen(id, 8);
  }
}

void LifePlayer::begin(std::size_t at) {
  line_.clear();
  if (at >= life_.steps.size()) return;
  auto const& step = life_.steps[at];
  if (step.move == Move::Segment) {
    send(step, window_of(step, at));
  } else {
    line_ = call(step);
  }
}

void LifePlayer::hear(Packet const& packet) {
  auto const& segment = packet.segment;
  auto const length = segment.length();
  bool const anew = segment.has(tcp::kSyn) && segment.seq != iss_;
  bool const again = length > 0 && iss_known_ && !anew && !segment.has(tcp::kRst) &&
                     not_after(segment.end(), numbers_.snd_nxt);
  if (again) return;
  if (segment.has(tcp::kSyn)) {
    iss_ = segment.seq;
    numbers_.snd_una = segment.seq;
    iss_known_ = true;
  }
  // Where a write ends is nobody's business but the sender's.
  auto const flags = static_cast<tcp::Flags>(segment.flags & ~unsigned{tcp::kPsh});
  line_ += fmt::format(" [{} seq={}", letters_of(flags), relative(segment));
  if (segment.has(tcp::kAck)) line_ += fmt::format(" ack={}", distance(kLifePeerIss, segment.ack));
  line_ += segment.text > 0 ? fmt::format(" len={}]", segment.text) : std::string("]");
  if (length > 0) numbers_.snd_nxt = segment.end();
  scribe_.expect(segment, number_of(segment), distance(kLifePeerIss, segment.ack));
}

void LifePlayer::end(std::size_t at) {
  if (at >= life_.steps.size()) return;
  auto const state = subject_.state_of(flow_);
  told_.push_back(
      fmt::format("{}{} {}", text_of(life_.steps[at]) + " =>", line_, tcp::name(state)));
  scribe_.expect(flow_.local.port, state);
}

void LifePlayer::close() {
  if (socket_ != kNoSocket) (void)subject_.close(socket_);
  if (listener_ != kNoSocket) (void)subject_.close(listener_);
  subject_.inject(
      {.from = flow_.remote, .to = flow_.local, .segment = {.seq = next_, .flags = tcp::kRst}});
}

std::string LifePlayer::relative(Segment const& segment) const {
  if (segment.seq == Seq(0) && segment.has(tcp::kRst)) return "0";
  if (!iss_known_) return "?";
  return std::to_string(distance(iss_, segment.seq));
}

// As a scenario counts: a direction that has not begun begins where it is acknowledged by hand.
std::int64_t LifePlayer::number_of(Segment const& segment) const {
  if (segment.seq == Seq(0) && segment.has(tcp::kRst)) return 0;
  if (iss_known_) return distance(iss_, segment.seq);
  return distance(acknowledged_by_hand_ ? kLifePeerIss : Seq(), segment.seq);
}

void LifePlayer::send(LifeStep const& step, std::uint32_t window) {
  bool const syn = (step.flags & tcp::kSyn) != 0;
  auto const base = step.ack_of == AckOf::Unacknowledged ? numbers_.snd_una : numbers_.snd_nxt;
  Segment const segment{
      .seq = (syn ? kLifePeerIss : next_) + static_cast<std::uint32_t>(step.seq),
      .ack = step.ack_of == AckOf::None ? Seq() : base + static_cast<std::uint32_t>(step.ack),
      .text = step.octets,
      .window = window,
      .flags = step.flags};
  scribe_.forge(flow_.local.port, segment, distance(kLifePeerIss, segment.seq),
                iss_known_ ? distance(iss_, segment.ack) : distance(kLifePeerIss, segment.ack));
  if (segment.has(tcp::kAck) && !iss_known_) acknowledged_by_hand_ = true;
  subject_.inject({.from = flow_.remote,
                   .to = flow_.local,
                   .segment = segment,
                   .mss = syn ? std::uint16_t{1460} : std::uint16_t{0}});
  // The peer believes in what it has sent in order, and has acknowledged.
  if (step.seq == 0 && (step.flags & tcp::kRst) == 0) next_ = segment.end();
  if (step.ack_of == AckOf::Next && step.ack == 0) numbers_.snd_una = numbers_.snd_nxt;
}

std::string LifePlayer::call(LifeStep const& step) {
  if (step.move == Move::Accept) return accept();
  if (step.move == Move::CloseListener) {
    if (listener_ == kNoSocket) return " no listener";
    (void)subject_.close(std::exchange(listener_, kNoSocket));
    scribe_.call("machine close L");
    return " ok";
  }
  if (socket_ == kNoSocket) return " no socket";
  Result result;
  switch (step.move) {
    case Move::Send: result = subject_.send(socket_, step.octets); break;
    case Move::Receive: result = subject_.receive(socket_, step.octets); break;
    case Move::ShutRead: result = subject_.shutdown(socket_, Shut::Read); break;
    case Move::ShutWrite: result = subject_.shutdown(socket_, Shut::Write); break;
    case Move::ShutBoth: result = subject_.shutdown(socket_, Shut::Both); break;
    case Move::Close: result = subject_.close(std::exchange(socket_, kNoSocket)); break;
    case Move::Abort: result = subject_.abort(socket_); break;
    default: break;
  }
  scribe_.call(step, result);
  return fmt::format(" {} {}", name(result.error), result.value);
}

std::string LifePlayer::accept() {
  if (listener_ == kNoSocket) return " no listener";
  auto const result = subject_.accept(listener_);
  scribe_.accept(result);
  if (!result.ok()) return fmt::format(" {}", name(result.error));
  if (socket_ != kNoSocket) (void)subject_.close(socket_);
  socket_ = result.value;
  return " ok";
}

}  // namespace lastack::lab
