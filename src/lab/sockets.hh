// All sockets of a host: where they are, who is found by which segment, which ports are taken.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "lab/flow_table.hh"
#include "lab/socket.hh"

namespace lastack::lab {

// References stay good while sockets are added. A place that was freed is used again.
class Sockets {
 public:
  SocketId add();
  void free(SocketId id);
  [[nodiscard]] Socket& operator[](SocketId id) { return blocks_[id / kBlock][id % kBlock]; }
  [[nodiscard]] Socket const& operator[](SocketId id) const {
    return blocks_[id / kBlock][id % kBlock];
  }
  [[nodiscard]] bool is_open(SocketId id) const {
    return id < places_ && (*this)[id].in_use && (*this)[id].open;
  }

  // kNoSocket: nobody.
  [[nodiscard]] SocketId find(Flow const& flow) const;
  [[nodiscard]] SocketId find_listener(std::uint16_t port) const;

  void bind(SocketId id, std::uint16_t port);
  void listen(SocketId id);
  void connect(SocketId id, Flow const& flow);
  // Found by its flow as well, but the port is not its own: a request of a listener.
  void request(SocketId id, Flow const& flow);
  // It can no longer be found; its port is free again.
  void let_go(SocketId id);

  // A socket with these options may be bound to it (kernel: inet_csk_get_port()).
  [[nodiscard]] bool can_bind(std::uint16_t port, bool reuse_address) const;
  [[nodiscard]] bool can_listen(std::uint16_t port) const;

  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] std::size_t places() const { return places_; }

 private:
  struct PortUse {
    std::uint32_t all = 0;
    std::uint32_t strict = 0;  // without SO_REUSEADDR
    SocketId listener = kNoSocket;
  };

  static constexpr std::size_t kBlock = 128;

  std::vector<std::unique_ptr<Socket[]>> blocks_;
  std::size_t places_ = 0;
  std::vector<SocketId> free_;
  std::size_t used_ = 0;
  FlowTable by_flow_;
  std::unordered_map<std::uint16_t, PortUse> ports_;
};

}  // namespace lastack::lab
