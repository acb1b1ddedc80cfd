// The simulated host as one that is asked.
#pragma once

#include <utility>

#include "lab/subject.hh"

namespace lastack::lab {

class SimulatedSubject final : public Subject {
 public:
  SimulatedSubject(std::uint32_t address, Settings const& settings, std::uint64_t seed = 1,
                   Observer* observer = nullptr)
      : host_(address, settings, seed, observer) {}

  // For whoever plays its wire and its clock instead of settle().
  [[nodiscard]] Host& host() { return host_; }

  SocketId socket() override { return host_.socket(); }
  void set(SocketId id, Options const& options) override { host_.options(id) = options; }
  Result bind(SocketId id, std::uint16_t port) override { return host_.bind(id, port); }
  Result listen(SocketId id, std::uint32_t backlog) override { return host_.listen(id, backlog); }
  Result connect(SocketId id, Address remote) override { return host_.connect(id, remote); }
  Result accept(SocketId id) override { return host_.accept(id); }
  Result send(SocketId id, std::uint32_t octets) override { return host_.send(id, octets); }
  Result receive(SocketId id, std::uint32_t octets) override { return host_.receive(id, octets); }
  Result shutdown(SocketId id, Shut how) override { return host_.shutdown(id, how); }
  Result close(SocketId id) override { return host_.close(id); }
  Result abort(SocketId id) override { return host_.abort(id); }
  Error take_error(SocketId id) override { return host_.take_error(id); }

  [[nodiscard]] std::uint32_t address() const override { return host_.address(); }
  void inject(Packet const& packet) override { host_.arrive(packet, now_); }
  [[nodiscard]] std::vector<Packet> settle(Span span) override;
  [[nodiscard]] tcp::State state_of(Flow const& flow) override { return host_.state_of(flow); }
  [[nodiscard]] tcp::State state_of(SocketId id) override {
    auto const& sockets = host_.sockets();
    return sockets.is_open(id) ? sockets[id].tcb.state : tcp::State::Closed;
  }
  [[nodiscard]] Flow flow_of(SocketId id) override {
    auto const& sockets = host_.sockets();
    return id < sockets.places() ? sockets[id].flow : Flow();
  }

 private:
  Host host_;
  Moment now_;
};

}  // namespace lastack::lab
