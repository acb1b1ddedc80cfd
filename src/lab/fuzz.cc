#include "lab/fuzz.hh"

#include <algorithm>
#include <array>
#include <unordered_map>

#include <fmt/format.h>

namespace lastack::lab {
namespace {

using tcp::Segment;
using tcp::Seq;

// Longer than a delayed ACK, and such that no step falls into the 40 ms by which a kernel's timer
// may be late: the first retransmission comes 200 ms after a round trip of one step.
constexpr Span kSettle = milliseconds(64);
constexpr std::uint32_t kPeer = 0x0ac80002;
constexpr Seq kPeerIss{1'000'000};
constexpr std::uint16_t kAway = 9000;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint32_t below(std::uint32_t count) {
    state_ += 0x9e3779b97f4a7c15ULL;  // splitmix64
    auto x = state_;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
    return static_cast<std::uint32_t>((x ^ (x >> 31U)) % count);
  }
  bool one_in(std::uint32_t count) { return below(count) == 0; }
  template <typename T, std::size_t N>
  T const& of(std::array<T, N> const& all) {
    return all[below(N)];
  }

 private:
  std::uint64_t state_;
};

LifeStep random_segment(Dice& dice) {
  using namespace tcp;
  static constexpr std::array kFlags{kAck,        kAck,        kAck,       kPsh | kAck, kPsh | kAck,
                                     kFin | kAck, kFin | kAck, kRst,       kRst | kAck, kSyn,
                                     kSyn | kAck, kFin,        kSyn | kFin};
  static constexpr std::array<std::int32_t, 8> kSeqs{-1, 1, -10, 10, -1000, 100, 70'000, -2};
  static constexpr std::array<std::int32_t, 6> kAcks{1, -1, 1000, -1'000'000, 2, -100};
  static constexpr std::array<std::uint32_t, 4> kTexts{0, 1, 10, 100};
  LifeStep step{.flags = dice.of(kFlags)};
  if (dice.one_in(4)) step.seq = dice.of(kSeqs);
  if ((step.flags & kAck) != 0) {
    step.ack_of = dice.one_in(5) ? AckOf::Unacknowledged : AckOf::Next;
    if (dice.one_in(8)) step.ack = dice.of(kAcks);
  }
  bool const carries = (step.flags & (kSyn | kRst)) == 0;
  if (carries) step.octets = (step.flags & kPsh) != 0 ? 10 : dice.of(kTexts);
  return step;
}

LifeStep random_call(Dice& dice) {
  static constexpr std::array kMoves{
      Move::Send,      Move::Send,     Move::Receive,      Move::Receive, Move::ShutWrite,
      Move::ShutWrite, Move::ShutBoth, Move::ShutRead,     Move::Close,   Move::Close,
      Move::Accept,    Move::Abort,    Move::CloseListener};
  static constexpr std::array<std::uint32_t, 3> kOctets{1, 100, 3000};
  LifeStep step{.move = dice.of(kMoves)};
  if (step.move == Move::Send) step.octets = dice.of(kOctets);
  if (step.move == Move::Receive) step.octets = 65'536;
  return step;
}

LifeStep segment(tcp::Flags flags, std::int32_t seq = 0) {
  return {
      .flags = flags, .seq = seq, .ack_of = (flags & tcp::kAck) != 0 ? AckOf::Next : AckOf::None};
}

}  // namespace

// Most begin with a handshake that comes about: there is more to see behind it.
Life random_life(std::uint64_t number) {
  Dice dice(number * 0x2545f4914f6cdd1dULL + 1);
  Life life;
  life.active = dice.one_in(2);
  if (!dice.one_in(6)) {
    if (life.active) {
      life.steps.push_back(segment(dice.one_in(6) ? tcp::kSyn : tcp::kSyn | tcp::kAck));
    } else {
      life.steps.push_back(segment(tcp::kSyn));
      life.steps.push_back(segment(tcp::kAck));
      life.steps.push_back({.move = Move::Accept});
    }
  }
  auto const more = 2 + dice.below(7);
  for (std::uint32_t i = 0; i < more; ++i) {
    life.steps.push_back(dice.one_in(3) ? random_call(dice) : random_segment(dice));
  }
  return life;
}

namespace {

std::string flags_text(tcp::Flags flags) {
  static constexpr std::array<std::pair<tcp::Flags, char>, 6> kLetters{{{tcp::kSyn, 'S'},
                                                                        {tcp::kFin, 'F'},
                                                                        {tcp::kRst, 'R'},
                                                                        {tcp::kPsh, 'P'},
                                                                        {tcp::kAck, 'A'},
                                                                        {tcp::kUrg, 'U'}}};
  std::string text;
  for (auto const& [flag, letter] : kLetters) {
    if ((flags & flag) != 0) text += letter;
  }
  return text.empty() ? "-" : text;
}

// One life while it is played.
class Player {
 public:
  Player(Subject& subject, Life const& life, std::uint16_t port)
      : subject_(subject), life_(life), port_(port) {
    flow_ = {{subject.address(), port}, {kPeer, kAway}};
    if (life.active) {
      socket_ = subject.socket();
      (void)subject.bind(socket_, port);
      (void)subject.connect(socket_, flow_.remote);
    } else {
      listener_ = subject.socket();
      (void)subject.bind(listener_, port);
      (void)subject.listen(listener_, 8);
    }
  }

  [[nodiscard]] Flow const& flow() const { return flow_; }
  [[nodiscard]] Telling take() { return std::move(told_); }

  void begin(std::size_t at) {
    line_.clear();
    if (at >= life_.steps.size()) return;
    auto const& step = life_.steps[at];
    if (step.move == Move::Segment) {
      send(step, window_of(step, at));
    } else {
      line_ = call(step);
    }
  }

  // What the host has sent.
  void hear(Packet const& packet) {
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
    line_ += fmt::format(" [{} seq={}", flags_text(flags), relative(segment));
    if (segment.has(tcp::kAck)) {
      line_ += fmt::format(" ack={}", distance(kPeerIss, segment.ack));
    }
    line_ += segment.text > 0 ? fmt::format(" len={}]", segment.text) : std::string("]");
    if (length > 0) numbers_.snd_nxt = segment.end();
  }

  void end(std::size_t at) {
    if (at >= life_.steps.size()) return;
    told_.push_back(fmt::format("{}{} {}", text_of(life_.steps[at]) + " =>", line_,
                                tcp::name(subject_.state_of(flow_))));
  }

  void close() {
    if (socket_ != kNoSocket) (void)subject_.close(socket_);
    if (listener_ != kNoSocket) (void)subject_.close(listener_);
    // Nothing of it shall be left in the way.
    subject_.inject(
        {.from = flow_.remote, .to = flow_.local, .segment = {.seq = next_, .flags = tcp::kRst}});
  }

 private:
  [[nodiscard]] std::string relative(Segment const& segment) const {
    if (segment.seq == Seq(0) && segment.has(tcp::kRst)) return "0";
    if (!iss_known_) return "?";
    return std::to_string(distance(iss_, segment.seq));
  }

  // Linux takes text whose header it has foreseen before it looks at an ACK that may be too old,
  // but only where it has memory at hand (kernel: tcp_rcv_established(), sk_forward_alloc), which
  // nobody outside can know. What announces a window of its own is never foreseen.
  static std::uint32_t window_of(LifeStep const& step, std::size_t at) {
    bool const may_be_old = step.ack_of == AckOf::Unacknowledged || step.ack < 0;
    bool const depends_on_memory = step.octets > 0 && may_be_old;
    return depends_on_memory ? kProbeWindow - 1 - static_cast<std::uint32_t>(at) : kProbeWindow;
  }

  void send(LifeStep const& step, std::uint32_t window) {
    bool const syn = (step.flags & tcp::kSyn) != 0;
    auto const base = step.ack_of == AckOf::Unacknowledged ? numbers_.snd_una : numbers_.snd_nxt;
    Segment segment{
        .seq = (syn ? kPeerIss : next_) + static_cast<std::uint32_t>(step.seq),
        .ack = step.ack_of == AckOf::None ? Seq() : base + static_cast<std::uint32_t>(step.ack),
        .text = step.octets,
        .window = window,
        .flags = step.flags};
    subject_.inject({.from = flow_.remote,
                     .to = flow_.local,
                     .segment = segment,
                     .mss = syn ? std::uint16_t{1460} : std::uint16_t{0}});
    // The peer believes in what it has sent in order, and has acknowledged.
    if (step.seq == 0 && (step.flags & tcp::kRst) == 0) next_ = segment.end();
    if (step.ack_of == AckOf::Next && step.ack == 0) numbers_.snd_una = numbers_.snd_nxt;
  }

  std::string call(LifeStep const& step) {
    if (step.move == Move::Accept) return accept();
    if (step.move == Move::CloseListener) {
      if (listener_ == kNoSocket) return " no listener";
      (void)subject_.close(std::exchange(listener_, kNoSocket));
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
    return fmt::format(" {} {}", name(result.error), result.value);
  }

  std::string accept() {
    if (listener_ == kNoSocket) return " no listener";
    auto const result = subject_.accept(listener_);
    if (!result.ok()) return fmt::format(" {}", name(result.error));
    if (socket_ != kNoSocket) (void)subject_.close(socket_);
    socket_ = result.value;
    return " ok";
  }

  Subject& subject_;
  Life const& life_;
  std::uint16_t port_;
  Flow flow_;
  SocketId socket_ = kNoSocket;
  SocketId listener_ = kNoSocket;
  Numbers numbers_;          // snd_*: of the host
  Seq next_ = kPeerIss + 1;  // of the peer
  Seq iss_;
  bool iss_known_ = false;
  std::string line_;
  Telling told_;
};

}  // namespace

std::string text_of(LifeStep const& step) {
  static constexpr std::array<std::string_view, 10> kMoves{"peer",
                                                           "accept()",
                                                           "send",
                                                           "recv()",
                                                           "shutdown(RD)",
                                                           "shutdown(WR)",
                                                           "shutdown(RDWR)",
                                                           "close()",
                                                           "connect(AF_UNSPEC)",
                                                           "close() of the listener"};
  auto const move = kMoves.at(static_cast<std::size_t>(step.move));
  if (step.move == Move::Send) return fmt::format("send({})", step.octets);
  if (step.move != Move::Segment) return std::string(move);
  auto text = fmt::format("peer: {} seq{:+}", flags_text(step.flags), step.seq);
  if (step.ack_of != AckOf::None) {
    text += fmt::format(" ack={}{:+}", step.ack_of == AckOf::Next ? "nxt" : "una", step.ack);
  }
  if (step.octets > 0) text += fmt::format(" len={}", step.octets);
  return text;
}

std::vector<Telling> play(Subject& subject, std::span<Life const> lives, std::uint16_t first_port) {
  std::vector<Player> players;
  players.reserve(lives.size());
  std::unordered_map<std::uint16_t, std::size_t> of_port;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < lives.size(); ++i) {
    auto const port = static_cast<std::uint16_t>(first_port + i);
    players.emplace_back(subject, lives[i], port);
    of_port[port] = i;
    longest = std::max(longest, lives[i].steps.size());
  }
  auto const settle = [&] {
    for (auto const& packet : subject.settle(kSettle)) {
      auto const found = of_port.find(packet.from.port);
      if (found != of_port.end()) players[found->second].hear(packet);
    }
  };
  settle();
  for (std::size_t at = 0; at < longest; ++at) {
    for (auto& player : players) player.begin(at);
    settle();
    for (auto& player : players) player.end(at);
  }
  std::vector<Telling> tellings;
  tellings.reserve(players.size());
  for (auto& player : players) {
    player.close();
    tellings.push_back(player.take());
  }
  (void)subject.settle(kSettle);
  return tellings;
}

Life shrink(Life life, std::function<bool(Life const&)> const& differs) {
  // Larger parts first.
  for (auto size = std::max<std::size_t>(1, life.steps.size() / 2); size > 0; size /= 2) {
    for (std::size_t at = 0; at + size <= life.steps.size();) {
      auto shorter = life;
      auto const from = shorter.steps.begin() + static_cast<std::ptrdiff_t>(at);
      shorter.steps.erase(from, from + static_cast<std::ptrdiff_t>(size));
      if (!shorter.steps.empty() && differs(shorter)) {
        life = std::move(shorter);
      } else {
        ++at;
      }
    }
  }
  return life;
}

}  // namespace lastack::lab
