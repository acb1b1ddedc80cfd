#include "lab/sockets.hh"

namespace lastack::lab {

SocketId Sockets::add() {
  ++used_;
  SocketId id = kNoSocket;
  if (free_.empty()) {
    id = static_cast<SocketId>(places_++);
    if (id % kBlock == 0) blocks_.push_back(std::make_unique<Socket[]>(kBlock));
  } else {
    id = free_.back();
    free_.pop_back();
    (*this)[id] = Socket();
  }
  (*this)[id].in_use = true;
  return id;
}

void Sockets::free(SocketId id) {
  let_go(id);
  auto& socket = (*this)[id];
  socket.in_use = false;
  socket.listening.reset();
  free_.push_back(id);
  --used_;
}

SocketId Sockets::find(Flow const& flow) const { return by_flow_.find(flow); }

SocketId Sockets::find_listener(std::uint16_t port) const {
  auto const found = ports_.find(port);
  return found == ports_.end() ? kNoSocket : found->second.listener;
}

void Sockets::bind(SocketId id, std::uint16_t port) {
  auto& socket = (*this)[id];
  socket.flow.local.port = port;
  socket.bound = true;
  auto& use = ports_[port];
  ++use.all;
  if (!socket.options.reuse_address) ++use.strict;
}

void Sockets::listen(SocketId id) { ports_[(*this)[id].flow.local.port].listener = id; }

void Sockets::connect(SocketId id, Flow const& flow) {
  if (!(*this)[id].bound) bind(id, flow.local.port);
  request(id, flow);
}

void Sockets::request(SocketId id, Flow const& flow) {
  auto& socket = (*this)[id];
  socket.flow = flow;
  socket.by_flow = true;
  by_flow_.put(flow, id);
}

void Sockets::let_go(SocketId id) {
  auto& socket = (*this)[id];
  if (socket.by_flow) by_flow_.erase(socket.flow);
  socket.by_flow = false;
  if (!socket.bound) return;
  socket.bound = false;
  auto const found = ports_.find(socket.flow.local.port);
  auto& use = found->second;
  if (use.listener == id) use.listener = kNoSocket;
  if (!socket.options.reuse_address) --use.strict;
  if (--use.all == 0) ports_.erase(found);
}

bool Sockets::can_bind(std::uint16_t port, bool reuse_address) const {
  auto const found = ports_.find(port);
  if (found == ports_.end()) return true;
  auto const& use = found->second;
  return reuse_address && use.strict == 0 && use.listener == kNoSocket;
}

bool Sockets::can_listen(std::uint16_t port) const { return find_listener(port) == kNoSocket; }

}  // namespace lastack::lab
