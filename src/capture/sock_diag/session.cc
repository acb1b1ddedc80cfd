#include "capture/sock_diag/session.hh"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <span>
#include <utility>

namespace lastack::capture::sock_diag {
namespace {

// The kernel fills at most 32 KiB a datagram (net/netlink/af_netlink.c, netlink_dump).
constexpr std::size_t kReceiveBuffer = std::size_t{64} * 1024;

// Undoes what an interrupted dump appended.
struct Mark {
  explicit Mark(model::Snapshot const& snapshot)
      : endpoints(snapshot.endpoints.size()),
        details(snapshot.details.size()),
        malformed(snapshot.unseen.malformed_messages) {}

  void rewind(model::Snapshot& snapshot) const {
    snapshot.endpoints.resize(endpoints);
    snapshot.details.resize(details);
    snapshot.unseen.malformed_messages = malformed;
  }

  std::size_t endpoints;
  std::size_t details;
  std::uint64_t malformed;
};

}  // namespace

Session::Session(base::Fd socket) : socket_(std::move(socket)), buffer_(kReceiveBuffer) {}

base::Result<Session> Session::open() {
  base::Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!socket.valid()) return base::fail_errno("socket(NETLINK_SOCK_DIAG)");
  return Session(std::move(socket));
}

base::Result<DumpOutcome> Session::dump(DumpRequest const& request, std::uint32_t netns,
                                        model::Snapshot& snapshot) {
  DecodeContext context{.protocol = request.protocol,
                        .netns = netns,
                        .sequence = 0,
                        .want_details = request.facts.any(model::kDetailFacts)};
  Mark const mark(snapshot);
  DumpOutcome outcome;
  for (int attempt = 0; attempt < kDumpAttempts; ++attempt) {
    mark.rewind(snapshot);
    if (auto sent = send(request); !sent) return std::unexpected(sent.error());
    context.sequence = sequence_;
    auto const progress = receive_all(context, snapshot);
    if (!progress) return std::unexpected(progress.error());
    if (progress->error == ENOENT) return DumpOutcome{.supported = false, .interrupted = false};
    if (progress->error != 0) return base::fail_errno("sock_diag dump", progress->error);
    outcome.interrupted = progress->interrupted;
    if (!outcome.interrupted) break;
  }
  return outcome;
}

base::Result<void> Session::send(DumpRequest const& request) {
  auto const message = encode(request, ++sequence_);
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  auto const sent = ::sendto(socket_.get(), message.data(), message.size(), 0,
                             reinterpret_cast<sockaddr const*>(&kernel), sizeof kernel);
  if (sent < 0) return base::fail_errno("send a sock_diag request");
  return {};
}

base::Result<Progress> Session::receive_all(DecodeContext const& context,
                                            model::Snapshot& snapshot) {
  bool interrupted = false;
  for (;;) {
    // MSG_TRUNC: the real length, so that a datagram too large for us does not go unnoticed.
    auto const length = ::recv(socket_.get(), buffer_.data(), buffer_.size(), MSG_TRUNC);
    if (length < 0) {
      if (errno == EINTR) continue;
      return base::fail_errno("receive a sock_diag answer");
    }
    if (static_cast<std::size_t>(length) > buffer_.size()) {
      return base::fail("sock_diag answer larger than the buffer");
    }
    auto progress =
        decode(std::span(buffer_).first(static_cast<std::size_t>(length)), context, snapshot);
    interrupted |= progress.interrupted;
    if (progress.done) {
      progress.interrupted = interrupted;
      return progress;
    }
  }
}

}  // namespace lastack::capture::sock_diag
