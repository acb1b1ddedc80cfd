// Leads a host that is asked into a situation, by calls of its programs and segments of peers that
// are played by hand.
#pragma once

#include <cstdint>
#include <vector>

#include "lab/probes.hh"
#include "lab/subject.hh"

namespace lastack::lab {

enum class Situation : std::uint8_t;

// One connection in the situation.
struct Lead {
  Flow flow;  // as the host sees it
  Numbers numbers;
  SocketId socket = kNoSocket;  // that a process of the host has
  bool told = false;            // the process can hear errors
  bool listens = false;         // no connection: the listener is asked
};

class Leading {
 public:
  explicit Leading(Subject& subject);

  // `count` connections, each with a remote port of its own. Error: one is not where it should be.
  [[nodiscard]] base::Result<std::vector<Lead>> lead(Situation situation, std::size_t count);
  // Closes what they have open.
  void release(std::vector<Lead>& leads);

 private:
  void listen();
  void open_actively(std::vector<Lead>& leads);
  void open_passively(std::vector<Lead>& leads, bool accept);
  void end_near(std::vector<Lead>& leads, bool close);
  void end_far(std::vector<Lead>& leads, bool acknowledge);
  void acknowledge(std::vector<Lead>& leads);
  void send(Lead const& lead, tcp::Flags flags, tcp::Seq ack);
  // Takes in what the host has sent: SND.NXT behind it.
  void hear(std::vector<Lead>& leads);

  Subject& subject_;
  SocketId listener_ = kNoSocket;
  std::uint16_t next_port_ = 10'000;  // remote; and local, of what the host opens
};

}  // namespace lastack::lab
