#include "app/stop_request.hh"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

namespace lastack::app {

base::Result<StopRequest> StopRequest::install() {
  sigset_t signals;
  sigemptyset(&signals);
  for (auto const signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  if (int const error = ::pthread_sigmask(SIG_BLOCK, &signals, nullptr); error != 0) {
    return base::fail_errno("block signals", error);
  }
  base::Fd fd(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.valid()) return base::fail_errno("signalfd");
  return StopRequest(std::move(fd));
}

base::Result<StopRequest> StopRequest::by_call() {
  base::Fd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!fd.valid()) return base::fail_errno("eventfd");
  return StopRequest(std::move(fd));
}

void StopRequest::request() const { (void)::eventfd_write(fd_.get(), 1); }

bool StopRequest::wait(std::chrono::milliseconds limit) const {
  pollfd waiting{fd_.get(), POLLIN, 0};
  return ::poll(&waiting, 1, static_cast<int>(limit.count())) > 0;
}

}  // namespace lastack::app
