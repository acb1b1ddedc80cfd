// One random life, played to a host that is asked, and what it tells of itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lab/fuzz.hh"
#include "lab/life_scribe.hh"

namespace lastack::lab {

// Longer than a delayed ACK, and such that no step falls into the 40 ms by which a kernel's timer
// may be late: the first retransmission comes 200 ms after a round trip of one step.
inline constexpr Span kLifeStep = milliseconds(64);
inline constexpr Address kLifePeer{0x0ac80002, 9000};  // 10.200.0.2
inline constexpr tcp::Seq kLifePeerIss{1'000'000};

class LifePlayer {
 public:
  // Makes the host's socket. The life must outlive it.
  LifePlayer(Subject& subject, Life const& life, std::uint16_t port);

  void begin(std::size_t at);
  // What the host has sent.
  void hear(Packet const& packet);
  void end(std::size_t at);
  // Nothing of it shall be left in the way.
  void close();

  [[nodiscard]] Telling take() { return std::move(told_); }
  [[nodiscard]] LifeScribe const& scribe() const { return scribe_; }

 private:
  [[nodiscard]] std::string relative(tcp::Segment const& segment) const;
  [[nodiscard]] std::int64_t number_of(tcp::Segment const& segment) const;
  void send(LifeStep const& step, std::uint32_t window);
  std::string call(LifeStep const& step);
  std::string accept();

  Subject& subject_;
  Life const& life_;
  Flow flow_;
  SocketId socket_ = kNoSocket;
  SocketId listener_ = kNoSocket;
  Numbers numbers_;                   // snd_*: of the host
  tcp::Seq next_ = kLifePeerIss + 1;  // of the peer
  tcp::Seq iss_;
  bool iss_known_ = false;
  bool acknowledged_by_hand_ = false;  // before its SYN
  std::string line_;
  Telling told_;
  LifeScribe scribe_;
};

}  // namespace lastack::lab
