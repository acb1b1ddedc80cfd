#include "base/output.hh"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace lastack::base {
namespace {

// A descriptor shared with a terminal or an event loop may not block. Whatever poll()
// finds, the next write tells.
void wait_until_writable(int fd) {
  pollfd waited{.fd = fd, .events = POLLOUT, .revents = 0};
  ::poll(&waited, 1, -1);
}

}  // namespace

Output::Output(int fd) : fd_(fd) { buffer_.reserve(kChunk + kChunk / 4); }

void Output::flush() {
  if (!stopped()) write_all(buffer_);
  buffer_.clear();
}

void Output::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const written = ::write(fd_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      wait_until_writable(fd_);
    } else if (errno != EINTR) {
      remember_failure(errno);
      return;
    }
  }
}

void Output::remember_failure(int code) {
  if (code == EPIPE) {
    closed_ = true;
  } else {
    error_.code = code;
  }
}

Result<void> Output::finish(std::string_view name) {
  flush();
  if (error_.code != 0) return fail_errno("write " + std::string(name), error_.code);
  return {};
}

}  // namespace lastack::base
