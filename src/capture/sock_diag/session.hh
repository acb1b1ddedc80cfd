// A NETLINK_SOCK_DIAG socket: asks for dumps and collects the answers. It stays in the
// network namespace in which it was opened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.hh"
#include "base/fd.hh"
#include "capture/sock_diag/decode.hh"
#include "capture/sock_diag/request.hh"

namespace lastack::capture::sock_diag {

struct DumpOutcome {
  bool supported = true;     // false: this kernel has no such table (ENOENT)
  bool interrupted = false;  // still interrupted after all retries: rows may be missing
};

class Session {
 public:
  [[nodiscard]] static base::Result<Session> open();

  // Appends the sockets of `request` to `snapshot`. An interrupted dump is thrown away and asked
  // for again, kDumpAttempts times in all; the last answer is kept and reported as such.
  [[nodiscard]] base::Result<DumpOutcome> dump(DumpRequest const& request, std::uint32_t netns,
                                               model::Snapshot& snapshot);

  static constexpr int kDumpAttempts = 4;

 private:
  explicit Session(base::Fd socket);

  [[nodiscard]] base::Result<void> send(DumpRequest const& request);
  [[nodiscard]] base::Result<Progress> receive_all(DecodeContext const& context,
                                                   model::Snapshot& snapshot);

  base::Fd socket_;
  std::vector<std::byte> buffer_;
  std::uint32_t sequence_ = 0;
};

}  // namespace lastack::capture::sock_diag
