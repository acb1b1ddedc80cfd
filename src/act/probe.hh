// Probing ports: connects, sees what comes back, and says what it means. No thread, and no call
// that waits for the network: whoever runs it polls fd(), calls advance() when that is readable or
// until_due() is over, and is told through a ProbeSink.
//
//   auto prober = act::Prober::start(targets, options, sink);
//   while (!(*prober)->is_done()) { poll((*prober)->fd(), (*prober)->until_due()); advance(); }
//
// Connections are closed by this side, so that each leaves a TIME_WAIT here for a minute.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hh"
#include "base/fd.hh"
#include "model/probe.hh"

namespace lastack::act {

struct ProbeOptions {
  static constexpr unsigned kMaxRate = 1000;
  static constexpr unsigned kMaxConcurrency = 256;
  static constexpr std::size_t kMaxBanner = 4096;

  std::chrono::milliseconds timeout{5000};  // for the handshake
  std::chrono::milliseconds banner{1000};   // for the first words of the peer; 0: do not wait
  std::size_t banner_bytes = 512;
  std::string send;                      // said first, once connected
  unsigned rate = 50;                    // connections begun a second
  unsigned concurrency = 16;             // at once
  std::optional<model::Address> source;  // of `source_family`; targets of the other one ignore it
  model::Family source_family = model::Family::Inet;
  base::Fd const* netns = nullptr;  // where to probe; must outlive the prober. nullptr: here
};

class ProbeSink {
 public:
  ProbeSink() = default;
  ProbeSink(ProbeSink const&) = delete;
  ProbeSink& operator=(ProbeSink const&) = delete;
  virtual ~ProbeSink() = default;

  // `target`: which of those given to start(). `result`: what is known by now; its flow is
  // complete from the first step on.
  virtual void on_step(std::size_t target, model::ProbeResult const& result,
                       model::ProbeStep const& step) = 0;
  // Once for each target.
  virtual void on_result(std::size_t target, model::ProbeResult const& result) = 0;
};

class Prober {
 public:
  // Error: there is no way to wait for sockets here. `sink` must outlive it.
  [[nodiscard]] static base::Result<std::unique_ptr<Prober>> start(
      std::vector<model::ProbeTarget> targets, ProbeOptions options, ProbeSink& sink);

  Prober(Prober const&) = delete;
  Prober& operator=(Prober const&) = delete;
  ~Prober();

  // Does all that is due now; does not wait.
  void advance();
  // Readable when a connection has something to tell.
  [[nodiscard]] int fd() const;
  // When advance() has something to do even if fd() is not readable. 0: now.
  [[nodiscard]] std::chrono::milliseconds until_due() const;
  // Those that run are closed and end as Cancelled, with what is known of them; the rest as well.
  void cancel();
  [[nodiscard]] bool is_done() const;
  [[nodiscard]] std::vector<model::ProbeTarget> const& targets() const;

 private:
  struct State;
  explicit Prober(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace lastack::act
