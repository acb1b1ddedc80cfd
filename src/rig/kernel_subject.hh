// The running kernel as a host of the lab: real sockets in a private network, time that really
// passes.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "capture/sock_diag/channel.hh"
#include "lab/live_subject.hh"
#include "rig/private_network.hh"

namespace lastack::rig {

class KernelSubject final : public lab::LiveSubject {
 public:
  // Moves the process into a private network, see PrivateNetwork::enter(). Sets what would make
  // answers depend on chance or on what was before: no timestamps, SACK, TLP, ECN, no limit on
  // challenge ACKs.
  [[nodiscard]] static base::Result<std::unique_ptr<KernelSubject>> enter(std::uint32_t address);
  ~KernelSubject() override;

  [[nodiscard]] PrivateNetwork const& network() const { return network_; }
  // The first thing that went wrong with the device or with sock_diag; answers are void then.
  [[nodiscard]] std::optional<base::Error> const& failure() const { return failure_; }

  lab::SocketId socket() override;
  void set(lab::SocketId id, lab::Options const& options) override;
  lab::Result bind(lab::SocketId id, std::uint16_t port) override;
  lab::Result listen(lab::SocketId id, std::uint32_t backlog) override;
  lab::Result connect(lab::SocketId id, lab::Address remote) override;
  lab::Result accept(lab::SocketId id) override;
  lab::Result send(lab::SocketId id, std::uint32_t octets) override;
  lab::Result receive(lab::SocketId id, std::uint32_t octets) override;
  lab::Result shutdown(lab::SocketId id, lab::Shut how) override;
  lab::Result close(lab::SocketId id) override;
  lab::Result abort(lab::SocketId id) override;
  lab::Error take_error(lab::SocketId id) override;

  [[nodiscard]] std::uint32_t address() const override { return address_; }
  void inject(lab::Packet const& packet) override;
  [[nodiscard]] std::vector<lab::Packet> settle(lab::Span span) override;
  [[nodiscard]] tcp::State state_of(lab::Flow const& flow) override;
  [[nodiscard]] tcp::State state_of(lab::SocketId id) override;
  [[nodiscard]] lab::Flow flow_of(lab::SocketId id) override;

  [[nodiscard]] lab::Moment now() override;
  [[nodiscard]] std::vector<lab::Packet> wait(lab::Span most) override;
  // Error: the kernel has no such setting, or takes no such value.
  [[nodiscard]] base::Result<void> set_host(std::string_view name, std::string_view value) override;

 private:
  KernelSubject(std::uint32_t address, PrivateNetwork network, capture::sock_diag::Channel channel);
  void note(base::Error const& error);
  void drain(std::vector<lab::Packet>& packets);

  std::uint32_t address_;
  PrivateNetwork network_;
  capture::sock_diag::Channel channel_;
  std::vector<int> open_;  // descriptors that are ours to close
  std::unordered_map<lab::SocketId, lab::Address> remotes_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::optional<base::Error> failure_;
};

}  // namespace lastack::rig
