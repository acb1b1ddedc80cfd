// One connection of a probe, from socket() to close().
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "act/probe.hh"
#include "act/probe_listener.hh"

namespace lastack::act {

class ProbeAttempt {
 public:
  using Tell = std::function<void(model::ProbeResult const&, model::ProbeStep const&)>;

  // All must outlive it.
  ProbeAttempt(model::ProbeTarget const& target, ProbeOptions const& options, LocalPeers& peers,
               Tell tell)
      : target_(target), options_(options), peers_(peers), tell_(std::move(tell)) {}

  // Opens the socket and calls connect(). It may be over at once.
  void begin();
  // The socket has something to tell.
  void on_ready();
  // due_ns() is over.
  void on_time();
  void cancel();
  // It cannot be waited for: a local error.
  void give_up(int error);

  [[nodiscard]] bool is_over() const { return is_over_; }
  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] std::uint64_t due_ns() const { return due_ns_; }
  [[nodiscard]] model::ProbeResult const& result() const { return result_; }

 private:
  using Kind = model::ProbeStep::Kind;

  [[nodiscard]] bool open();
  [[nodiscard]] bool bind_source();
  [[nodiscard]] bool connect();
  void learn_local_end();
  [[nodiscard]] bool is_own_end() const;
  void read_tcp_info();
  void establish();
  void send_first_words();
  void listen_to_peer();
  void take_error(int error);
  void look_at_listener();
  void fail(model::ProbeStage stage, int error);
  void finish();
  void step(Kind kind, model::ProbeStep step);
  void step(Kind kind) { step(kind, {}); }

  model::ProbeTarget const& target_;
  ProbeOptions const& options_;
  LocalPeers& peers_;
  Tell tell_;
  base::Fd socket_;
  model::ProbeResult result_;
  std::uint64_t established_ns_ = 0;
  std::uint64_t due_ns_ = 0;
  bool is_over_ = false;
};

}  // namespace lastack::act
