// Ctrl-C and its like, as something to wait for. Made before any other thread, which then
// inherits the blocked signals.
#pragma once

#include <chrono>

#include "base/error.hh"
#include "base/fd.hh"

namespace lastack::app {

class StopRequest {
 public:
  // Blocks SIGINT, SIGTERM and SIGHUP for good.
  [[nodiscard]] static base::Result<StopRequest> install();

  // Readable once a signal has come.
  [[nodiscard]] int fd() const { return signals_.get(); }
  [[nodiscard]] bool came() const { return wait(std::chrono::milliseconds(0)); }
  // True where it came within the time.
  [[nodiscard]] bool wait(std::chrono::milliseconds limit) const;

 private:
  explicit StopRequest(base::Fd signals) : signals_(std::move(signals)) {}

  base::Fd signals_;
};

}  // namespace lastack::app
