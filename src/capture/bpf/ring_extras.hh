// Programs that tell more where they may be loaded: who accepts, and the hidden step of a
// mini-socket. Each is tried; one that the machine refuses is left out, with the reason.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lastack::capture::bpf {

// What the programs of the ring share, by file descriptor.
struct SharedMaps {
  int ring = -1;
  int lost = -1;
  int reader_sleeps = -1;
  std::uint32_t pid_namespace = 0;
};

struct Extra {
  std::string_view what;
  std::string_view how;
  std::string why_not;  // "" where it runs
};

class RingExtras {
 public:
  RingExtras();
  RingExtras(RingExtras&&) noexcept;
  RingExtras& operator=(RingExtras&&) noexcept;
  ~RingExtras();

  [[nodiscard]] static RingExtras attach(SharedMaps const& maps);

  [[nodiscard]] std::vector<Extra> const& all() const { return all_; }
  // Runs that the kernel skipped because they were nested.
  [[nodiscard]] std::uint64_t skipped() const;

 private:
  struct Programs;
  std::unique_ptr<Programs> programs_;
  std::vector<Extra> all_;
};

}  // namespace lastack::capture::bpf
