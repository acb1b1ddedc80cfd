// The kernel's socket states (include/net/tcp_states.h) and ours.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "model/endpoint.hh"

namespace lastack::capture::sock_diag {

inline constexpr std::uint8_t kKernelClose = 7;
inline constexpr std::uint8_t kKernelBoundInactive = 13;

struct KernelState {
  std::uint8_t number;
  model::SocketState state;
};

// TCP_NEW_SYN_RECV (12) is how a request socket is kept; dumps report it as TCP_SYN_RECV.
inline constexpr auto kKernelStates = std::to_array<KernelState>({
    {1, model::SocketState::Established},
    {2, model::SocketState::SynSent},
    {3, model::SocketState::SynReceived},
    {4, model::SocketState::FinWait1},
    {5, model::SocketState::FinWait2},
    {6, model::SocketState::TimeWait},
    {kKernelClose, model::SocketState::Closed},
    {8, model::SocketState::CloseWait},
    {9, model::SocketState::LastAck},
    {10, model::SocketState::Listen},
    {11, model::SocketState::Closing},
    {12, model::SocketState::SynReceived},
    {kKernelBoundInactive, model::SocketState::BoundInactive},
});

[[nodiscard]] constexpr std::optional<model::SocketState> from_kernel(std::uint8_t number,
                                                                      model::Protocol protocol) {
  if (number == kKernelClose) {
    return protocol == model::Protocol::Udp ? model::SocketState::Unconnected
                                            : model::SocketState::BoundInactive;
  }
  if (number == 0 || number > kKernelStates.size()) return std::nullopt;
  return kKernelStates[number - 1U].state;
}

}  // namespace lastack::capture::sock_diag
