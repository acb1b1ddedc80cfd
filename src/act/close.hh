// Closing sockets of other programs: looked up first, destroyed by the kernel (SOCK_DESTROY), and
// looked up again. Nothing is printed and nobody is asked here.
//
// A socket is closed when the kernel no longer finds it under its cookie. Its program still has the
// descriptor, which answers ECONNABORTED; the peer has got a RST where one is due. What the peer
// keeps is its own.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/phrase.hh"
#include "capture/procfs/proc_fs.hh"
#include "capture/sock_diag/channels.hh"
#include "capture/sock_diag/one_socket.hh"
#include "model/snapshot.hh"

namespace lastack::act {

// The socket as it was when somebody decided to close it.
struct CloseTarget {
  capture::sock_diag::SocketKey key;  // flow, cookie, protocol, family; cookie 0: a request whose
                                      // cookie is not known, closed while it is still one
  std::uint64_t netns_inode = 0;
  model::SocketState state = model::SocketState::Closed;
  // The way to a namespace that only sockets keep alive.
  std::optional<capture::sock_diag::HeldBy> holder;
};

[[nodiscard]] CloseTarget target_of(model::Snapshot const& snapshot,
                                    model::Endpoint const& endpoint);

// It waits for others: closing it ends a service, not a connection. TCP's LISTEN; UDP without peer.
[[nodiscard]] constexpr bool is_listener(model::SocketState state) {
  return state == model::SocketState::Listen || state == model::SocketState::Unconnected;
}

enum class CloseResult : std::uint8_t {
  Closed,
  AlreadyGone,   // closed by somebody else before
  Changed,       // another socket has the flow now, or it has become a listener: not touched
  NotPermitted,  // see CloseOutcome::needs
  NotSupported,  // the kernel has no way to close such a socket
  Failed,
};
inline constexpr std::size_t kCloseResultCount = 6;

struct CloseOutcome {
  CloseResult result = CloseResult::Failed;
  std::string_view needs;  // the capability that is missing: "CAP_NET_ADMIN"; ""
  std::string why;         // one line in English; "" for Closed and AlreadyGone
  // The state in which it was found; nullopt: it was not.
  std::optional<model::SocketState> was;

  // Nothing is left of what was to be closed.
  [[nodiscard]] bool done() const {
    return result == CloseResult::Closed || result == CloseResult::AlreadyGone;
  }
};

[[nodiscard]] std::string_view id(CloseResult result);  // "closed", "already_gone", …
[[nodiscard]] base::Phrase phrase(CloseResult result);  // "closed", "already gone", …

// Whether the kernel of that release ("6.1.0-18-amd64") closes sockets that their process has
// closed already. Before 6.12 it says yes, empties the queue that holds the FIN, and may keep the
// socket for ever (kernel: "tcp: fix forever orphan socket caused by tcp_abort"): such a one is not
// asked.
[[nodiscard]] bool closes_orphans(std::string_view kernel_release);

// Keeps a netlink socket for each namespace it has been to. Moves the calling thread between
// network namespaces, and back. One thread at a time.
class Closer {
 public:
  Closer() : channels_(fs_) {}
  Closer(Closer const&) = delete;
  Closer& operator=(Closer const&) = delete;
  ~Closer() = default;

  [[nodiscard]] CloseOutcome close(CloseTarget const& target);

 private:
  capture::procfs::ProcFs fs_;
  capture::sock_diag::Channels channels_;
};

// One after the other; the outcomes stand as the targets do.
[[nodiscard]] std::vector<CloseOutcome> close(std::span<CloseTarget const> targets);

}  // namespace lastack::act
