#include "lab/fuzz.hh"

#include <algorithm>
#include <array>
#include <unordered_map>

#include <fmt/format.h>

#include "lab/life_player.hh"

namespace lastack::lab {
namespace {

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

std::string letters_of(tcp::Flags flags) {
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
  auto text = fmt::format("peer: {} seq{:+}", letters_of(step.flags), step.seq);
  if (step.ack_of != AckOf::None) {
    text += fmt::format(" ack={}{:+}", step.ack_of == AckOf::Next ? "nxt" : "una", step.ack);
  }
  if (step.octets > 0) text += fmt::format(" len={}", step.octets);
  return text;
}

namespace {

// Step by step, all at once.
std::vector<LifePlayer> play_all(Subject& subject, std::span<Life const> lives,
                                 std::uint16_t first_port) {
  std::vector<LifePlayer> players;
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
    for (auto const& packet : subject.settle(kLifeStep)) {
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
  for (auto& player : players) player.close();
  (void)subject.settle(kLifeStep);
  return players;
}

}  // namespace

std::vector<Telling> play(Subject& subject, std::span<Life const> lives, std::uint16_t first_port) {
  std::vector<Telling> tellings;
  tellings.reserve(lives.size());
  for (auto& player : play_all(subject, lives, first_port)) tellings.push_back(player.take());
  return tellings;
}

std::string scenario_of(Subject& subject, Life const& life, std::uint16_t port,
                        std::string_view title) {
  return play_all(subject, std::span(&life, 1), port).front().scribe().scenario(title);
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
