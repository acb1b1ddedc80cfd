// Which dumps to ask for, given what is wanted of the sockets.
#pragma once

#include <vector>

#include "capture/sock_diag/request.hh"

namespace lastack::capture::sock_diag {

struct Wanted {
  model::SocketStateMask tcp = model::kAllSocketStates;  // states; 0: none
  model::SocketStateMask udp = model::kAllSocketStates;
  bool inet = true;
  bool inet6 = true;
  model::Facts facts;
};

// The fewest dumps that hold everything wanted; none where nothing can be.
[[nodiscard]] std::vector<DumpRequest> plan(Wanted const& wanted);

}  // namespace lastack::capture::sock_diag
