// Who has which flow: open addressing, so that one look is one or two lines of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lab/packet.hh"
#include "lab/socket.hh"

namespace lastack::lab {

class FlowTable {
 public:
  // kNoSocket: nobody.
  [[nodiscard]] SocketId find(Flow const& flow) const;
  // What was there for it is replaced.
  void put(Flow const& flow, SocketId id);
  void erase(Flow const& flow);

 private:
  struct Entry {
    Flow flow;
    SocketId id = kNoSocket;  // kNoSocket: free
  };

  // Where the flow is, or the free place where it belongs.
  [[nodiscard]] std::size_t place_of(Flow const& flow) const;
  [[nodiscard]] std::size_t home_of(Flow const& flow) const {
    return FlowHash()(flow) & (entries_.size() - 1);
  }
  [[nodiscard]] std::size_t after(std::size_t place) const {
    return (place + 1) & (entries_.size() - 1);
  }
  void grow();

  std::vector<Entry> entries_ =
      std::vector<Entry>(16);  // a power of two, at most half of it in use
  std::size_t used_ = 0;
};

}  // namespace lastack::lab
