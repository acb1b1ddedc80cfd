#include "app/socket_reader.hh"

#include <algorithm>
#include <map>

#include "capture/sock_diag/lookup.hh"

namespace lastack::app {

using capture::sock_diag::FoundSocket;
using ui::tui::SocketId;
using ui::tui::SocketReading;

namespace {

SocketReading reading_of(SocketId const& socket, FoundSocket const& found) {
  return {.place = socket.place,
          .cookie = socket.endpoint.cookie,
          .netns = socket.endpoint.netns,
          .recv_queue = found.endpoint.recv_queue,
          .send_queue = found.endpoint.send_queue,
          .timer_ms = found.endpoint.timer_ms,
          .timer = found.endpoint.timer,
          .retransmits = found.endpoint.retransmits,
          .details = found.details};
}

}  // namespace

std::optional<capture::sock_diag::HeldBy> holder_of(SocketId const& socket) {
  if (socket.holder_fd < 0) return std::nullopt;
  return capture::sock_diag::HeldBy{.pid = socket.holder_pid, .fd = socket.holder_fd};
}

std::vector<SocketReading> SocketReader::read(std::span<SocketId const> sockets) {
  std::map<std::uint64_t, std::vector<SocketId const*>> by_namespace;
  for (auto const& socket : sockets.first(std::min(sockets.size(), kMost))) {
    if (socket.netns_inode != 0) by_namespace[socket.netns_inode].push_back(&socket);
  }
  std::vector<SocketReading> readings;
  capture::sock_diag::Channels channels(fs_);
  std::vector<capture::sock_diag::SocketKey> keys;
  for (auto const& [inode, wanted] : by_namespace) {
    auto const channel = channels.of(inode, holder_of(*wanted.front()));
    if (!channel) continue;
    keys.clear();
    for (auto const* socket : wanted) keys.push_back(capture::sock_diag::key_of(socket->endpoint));
    auto const answers = look_up(**channel, keys, model::kDetailFacts);
    if (!answers) continue;
    for (std::size_t i = 0; i < answers->size(); ++i) {
      if (auto const& answer = (*answers)[i]) readings.push_back(reading_of(*wanted[i], *answer));
    }
  }
  return readings;
}

}  // namespace lastack::app
