// A network namespace that nothing leaves, with one TUN device in it: on its other side the lab
// plays the rest of the world.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.hh"
#include "base/fd.hh"

namespace lastack::rig {

class PrivateNetwork {
 public:
  // The calling process, which must have one thread, moves into a user and a network namespace of
  // its own, for good. Works without root where user namespaces are allowed. `address`: of this
  // side; the rest of its /24 is beyond the device.
  [[nodiscard]] static base::Result<PrivateNetwork> enter(std::uint32_t address);

  // "net.ipv4.tcp_timestamps", "0": of the namespace.
  [[nodiscard]] base::Result<void> set(std::string_view setting, std::string_view value) const;

  // One IP packet to the kernel.
  [[nodiscard]] base::Result<void> send(std::span<std::byte const> packet) const;
  // The next one from the kernel, valid until the next call; empty: there is none.
  [[nodiscard]] base::Result<std::span<std::byte const>> receive();
  // To wait on.
  [[nodiscard]] int descriptor() const { return device_.get(); }

 private:
  explicit PrivateNetwork(base::Fd device);

  base::Fd device_;
  std::vector<std::byte> buffer_;
};

}  // namespace lastack::rig
