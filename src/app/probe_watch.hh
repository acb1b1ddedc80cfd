// Beside a probe: the kernel's state changes of its connections, and of their other ends where
// those are on this machine, in whatever network namespace. For one thread; drain() does not wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "base/error.hh"
#include "capture/bpf/transition_ring.hh"
#include "model/probe.hh"
#include "track/live_table.hh"
#include "ui/stream/owner_labels.hh"

namespace lastack::app {

class ProbeWatch : public track::Sink, public capture::bpf::EventSink {
 public:
  using Tell = std::function<void(std::size_t target, model::ProbeStep const& step)>;

  // `netns_inode`: where the probes are made. Looks at all sockets once, to know the listeners and
  // their owners. Error: the kernel's events cannot be had; the message says why.
  [[nodiscard]] static base::Result<std::unique_ptr<ProbeWatch>> start(std::uint64_t netns_inode,
                                                                       Tell tell);

  // To be called as soon as the local end is known.
  void follow(std::size_t target, model::Flow const& flow);
  void forget(std::size_t target);
  // Takes what has happened by now.
  void drain();
  // Both ends, as far as they were seen, are closed or in TIME_WAIT.
  [[nodiscard]] bool is_over(std::size_t target) const;
  // Its own end has changed its state at all.
  [[nodiscard]] bool has_seen(std::size_t target) const;
  // Records that found no room: steps may be missing.
  [[nodiscard]] std::uint64_t lost() const { return ring_.losses().lost(); }
  // Why some causes are not known; "" where they are.
  [[nodiscard]] std::string const& nameless() const { return ring_.nameless(); }

  void on_event(model::SocketEvent const& event) override { table_.apply(event); }
  void on_transition(track::Connection const& connection,
                     model::Transition const& transition) override;
  void on_end(track::Connection const& /*connection*/, std::uint64_t /*time_ns*/) override {}

 private:
  // Ports and addresses of a connection, as one of its ends has them; IPv4 in IPv6 unwrapped.
  struct Key {
    model::Address local;
    model::Address remote;
    std::uint32_t ports = 0;
    auto operator<=>(Key const&) const = default;
  };
  struct Followed {
    model::Flow flow;
    std::optional<model::SocketState> own;
    std::optional<model::SocketState> peers;
  };

  ProbeWatch(capture::bpf::TransitionRing ring, std::uint64_t netns_inode, Tell tell);
  [[nodiscard]] static Key key_of(model::Flow const& flow);
  [[nodiscard]] static model::Flow mirrored(model::Flow const& flow);
  [[nodiscard]] base::Result<void> look_first();

  capture::bpf::TransitionRing ring_;
  track::LiveTable table_;
  ui::OwnerLabels owners_;
  std::uint64_t netns_inode_;
  Tell tell_;
  std::map<std::size_t, Followed> followed_;
  std::map<Key, std::size_t> own_ends_;
  std::map<Key, std::size_t> other_ends_;
};

}  // namespace lastack::app
