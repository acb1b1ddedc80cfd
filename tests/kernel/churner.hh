// Processes that open loopback connections as fast as they go and end them in every way, in the
// network namespace that they are started in. They end with whoever started them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace lastack::test {

class Churners {
 public:
  Churners() = default;
  Churners(Churners const&) = delete;
  Churners& operator=(Churners const&) = delete;
  ~Churners() { end(); }

  // One more: it opens `rounds` connections to its own port, keeps some of them, and waits. Throws
  // where it cannot be started.
  void start(std::uint16_t port, int rounds);
  // Whether all have done their rounds, and hold still.
  [[nodiscard]] bool are_done();
  // Kills them; what they had is closed by the kernel.
  void end();

  // So many connections were opened in all, by those that are done.
  [[nodiscard]] long opened() const { return opened_; }

 private:
  struct Churner {
    pid_t pid = -1;
    int progress = -1;  // the read end of a pipe: it says how many it has opened
    bool is_done = false;
  };
  std::vector<Churner> churners_;
  long opened_ = 0;
};

}  // namespace lastack::test
