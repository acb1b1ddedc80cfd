// Fresh looks at the few sockets that are on the screen: queues, timers, tcp_info.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "capture/procfs/proc_fs.hh"
#include "capture/sock_diag/channels.hh"
#include "ui/tui/host.hh"
#include "ui/tui/update.hh"

namespace lastack::app {

// The way to the socket's namespace, for the kernel's own.
[[nodiscard]] std::optional<capture::sock_diag::HeldBy> holder_of(ui::tui::SocketId const& socket);

// Moves the calling thread between network namespaces, and back. One thread. Keeps no namespace
// alive between two looks.
class SocketReader {
 public:
  // Of those that are still there; sockets that cannot be asked about are left out.
  [[nodiscard]] std::vector<ui::tui::SocketReading> read(
      std::span<ui::tui::SocketId const> sockets);

  // More than any screen shows.
  static constexpr std::size_t kMost = 500;

 private:
  capture::procfs::ProcFs fs_;
};

}  // namespace lastack::app
