// The matrix: in each situation that a connection can be in, each kind of segment, and what the
// host that is asked answers.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/probes.hh"
#include "lab/subject.hh"

namespace lastack::lab {

// States, and what Linux tells apart in them.
enum class Situation : std::uint8_t {
  Closed,
  Listen,
  SynSent,
  Request,
  CrossedSyn,
  Established,
  CloseWait,
  FinWait1,        // shutdown(): a process still has the socket
  FinWait1Orphan,  // close()
  FinWait2,
  FinWait2Orphan,
  Closing,
  LastAck,
  TimeWait,
};
inline constexpr std::size_t kSituationCount = 14;
inline constexpr std::size_t kCellCount = kSituationCount * kProbes.size();
static_assert(kCellCount == 476);

// "FIN_WAIT1(orphan)".
[[nodiscard]] std::string_view name(Situation situation);

// As text: "A seq=SND.NXT ack=RCV.NXT+1"; "-" where there is none. States by Linux' names, "none"
// where there is no socket.
struct Cell {
  Situation situation = Situation::Closed;
  std::size_t probe = 0;  // of kProbes
  std::string reply;
  std::string before;
  std::string after;
  std::string error;  // SO_ERROR; "-": no process has it
  bool operator==(Cell const&) const = default;
};

// Called after each situation with the cells so far; false: enough.
using Progress = std::function<bool(std::size_t cells)>;

// Error: a situation could not be reached; it says which, and what was there instead. The cells of
// one situation are asked at once, each on a connection of its own.
[[nodiscard]] base::Result<std::vector<Cell>> run_matrix(Subject& subject,
                                                         Progress const& progress = {});

}  // namespace lastack::lab
