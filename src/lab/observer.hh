// Who wants to know what happens in the lab. Nothing of it is needed for it to happen.
#pragma once

#include <span>

#include "lab/moment.hh"
#include "lab/packet.hh"
#include "lab/socket.hh"

namespace lastack::lab {

// One step of a socket from a state to another, and the row of the table that says so.
struct Change {
  SocketId socket = kNoSocket;
  Flow flow;
  tcp::State from = tcp::State::Closed;
  tcp::State to = tcp::State::Closed;
  tcp::Rule const* rule = nullptr;
};

class Observer {
 public:
  Observer() = default;
  Observer(Observer const&) = delete;
  Observer& operator=(Observer const&) = delete;
  virtual ~Observer() = default;

  virtual void changed(std::uint32_t host, Moment when, Change const& change) = 0;
};

}  // namespace lastack::lab
