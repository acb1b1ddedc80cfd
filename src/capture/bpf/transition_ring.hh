// The live stream of TCP state changes of the whole machine: loads and attaches
// transitions.bpf.c, and reads its ring.
// Needs CAP_BPF and CAP_PERFMON and a kernel of 5.15 or newer with BTF; for causes that only the
// kernel's stack tells CAP_SYSLOG, too (or kernel.kptr_restrict 0 and perf_event_paranoid 1).
// One thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hh"
#include "capture/bpf/ring_extras.hh"
#include "capture/bpf/transition_decoder.hh"

namespace lastack::capture::bpf {

// What did not come through, since attach().
struct RingLosses {
  using ByKind = std::array<std::uint64_t, model::kEventKindCount>;

  std::vector<ByKind> ring_full;  // records that found the ring full, by CPU
  // Runs of a program that the kernel skipped because the same program was interrupted by them
  // (bpf_prog_info.recursion_misses). Each may be a record.
  std::uint64_t skipped = 0;
  std::uint64_t malformed = 0;

  [[nodiscard]] std::uint64_t lost() const;  // of the ring
  [[nodiscard]] RingLosses since(RingLosses const& earlier) const;
};

class TransitionRing {
 public:
  static constexpr std::size_t kDefaultBytes = 32UL << 20U;

  struct Options {
    std::size_t bytes = kDefaultBytes;  // of the ring: a power of 2, at least a page
    // What events are to tell besides; each costs the machine a little.
    bool actors = true;  // which process opened, shut down or closed
    bool totals = true;  // what a connection has carried
  };
  [[nodiscard]] static base::Result<TransitionRing> attach(Options const& options);

  TransitionRing(TransitionRing&&) noexcept;
  TransitionRing& operator=(TransitionRing&&) noexcept;
  ~TransitionRing();

  // At most so many records a call of consume(), so that a caller comes to other things.
  static constexpr std::size_t kRound = 65536;

  // Hands the records that are there to `sink`; how many.
  std::size_t consume(EventSink& sink);
  // Sleeps until a record is there, `other_fd` is readable, or the time is over. Records wake
  // nobody otherwise: who calls consume() often enough costs the machine no wake-up.
  void wait(std::chrono::milliseconds limit, int other_fd);

  [[nodiscard]] RingLosses losses() const;
  // Why the kernel's functions are not known by name, so that some causes are not; "" where they
  // are. The first request and mini-sockets may then be missed.
  [[nodiscard]] std::string const& nameless() const;
  // What it might tell besides, and why it does not.
  [[nodiscard]] std::vector<Extra> const& extras() const;

 private:
  struct State;
  explicit TransitionRing(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace lastack::capture::bpf
