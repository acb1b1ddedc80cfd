// While the screen is up nothing may be written over it: stderr goes into a pipe, and its lines
// are shown by the screen. What is left is written to the real stderr at the end.
#pragma once

#include <string>
#include <vector>

#include "base/error.hh"
#include "base/fd.hh"

namespace lastack::app {

class StderrCatcher {
 public:
  [[nodiscard]] static base::Result<StderrCatcher> install();
  StderrCatcher(StderrCatcher&&) noexcept = default;
  StderrCatcher& operator=(StderrCatcher&&) = delete;
  StderrCatcher(StderrCatcher const&) = delete;
  StderrCatcher& operator=(StderrCatcher const&) = delete;
  ~StderrCatcher();

  // Readable while there is something to take.
  [[nodiscard]] int fd() const { return pipe_.get(); }
  // Whole lines that have come, without their ends.
  [[nodiscard]] std::vector<std::string> take();

 private:
  StderrCatcher(base::Fd pipe, base::Fd real) : pipe_(std::move(pipe)), real_(std::move(real)) {}
  void read_more();

  base::Fd pipe_;
  base::Fd real_;
  std::string read_;
  std::vector<std::string> taken_;
};

}  // namespace lastack::app
