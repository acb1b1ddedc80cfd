// A request to end, as something to wait for: Ctrl-C and its like, or what another thread asks.
// That of the signals is made before any other thread, which then inherits the blocked signals.
#pragma once

#include <chrono>

#include "base/error.hh"
#include "base/fd.hh"

namespace lastack::app {

class StopRequest {
 public:
  // Blocks SIGINT, SIGTERM and SIGHUP for good.
  [[nodiscard]] static base::Result<StopRequest> install();

  // No signals: it comes when request() is called.
  [[nodiscard]] static base::Result<StopRequest> by_call();

  // Of any thread.
  void request() const;

  // Readable once it has come.
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] bool came() const { return wait(std::chrono::milliseconds(0)); }
  // True where it came within the time.
  [[nodiscard]] bool wait(std::chrono::milliseconds limit) const;

 private:
  explicit StopRequest(base::Fd fd) : fd_(std::move(fd)) {}

  base::Fd fd_;
};

}  // namespace lastack::app
