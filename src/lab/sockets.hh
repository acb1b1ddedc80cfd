// All sockets of a host: where they are, who is found by which segment, which ports are taken.
#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "lab/socket.hh"

namespace lastack::lab {

// References stay good while sockets are added. A place that was freed is used again.
class Sockets {
 public:
  SocketId add();
  void free(SocketId id);
  [[nodiscard]] Socket& operator[](SocketId id) { return pool_[id]; }
  [[nodiscard]] Socket const& operator[](SocketId id) const { return pool_[id]; }
  [[nodiscard]] bool is_open(SocketId id) const {
    return id < pool_.size() && pool_[id].in_use && pool_[id].open;
  }

  // kNoSocket: nobody.
  [[nodiscard]] SocketId find(Flow const& flow) const;
  [[nodiscard]] SocketId find_listener(std::uint16_t port) const;

  void bind(SocketId id, std::uint16_t port);
  void listen(SocketId id);
  void connect(SocketId id, Flow const& flow);
  // It can no longer be found; its port is free again.
  void let_go(SocketId id);

  // A socket with these options may be bound to it (kernel: inet_csk_get_port()).
  [[nodiscard]] bool can_bind(std::uint16_t port, bool reuse_address) const;
  [[nodiscard]] bool can_listen(std::uint16_t port) const;

  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] std::size_t places() const { return pool_.size(); }

 private:
  struct PortUse {
    std::uint32_t all = 0;
    std::uint32_t strict = 0;  // without SO_REUSEADDR
    SocketId listener = kNoSocket;
  };

  std::deque<Socket> pool_;
  std::vector<SocketId> free_;
  std::size_t used_ = 0;
  std::unordered_map<Flow, SocketId, FlowHash> by_flow_;
  std::unordered_map<std::uint16_t, PortUse> ports_;
};

}  // namespace lastack::lab
