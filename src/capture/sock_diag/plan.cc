#include "capture/sock_diag/plan.hh"

namespace lastack::capture::sock_diag {
namespace {

constexpr model::SocketStateMask kUdpStates = model::mask_of(model::SocketState::Unconnected) |
                                              model::mask_of(model::SocketState::Established);
constexpr model::SocketStateMask kTcpStates =
    model::kAllSocketStates &
    static_cast<model::SocketStateMask>(~model::mask_of(model::SocketState::Unconnected));

}  // namespace

std::vector<DumpRequest> plan(Wanted const& wanted) {
  std::vector<DumpRequest> requests;
  auto const add = [&](model::Protocol protocol, std::optional<model::Family> family,
                       unsigned states) {
    if (states == 0) return;
    requests.push_back({.protocol = protocol,
                        .family = family,
                        .states = static_cast<model::SocketStateMask>(states),
                        .facts = wanted.facts});
  };
  auto const tcp = static_cast<unsigned>(wanted.tcp & kTcpStates);
  auto const udp = static_cast<unsigned>(wanted.udp & kUdpStates);
  if (wanted.inet && wanted.inet6) {
    add(model::Protocol::Tcp, std::nullopt, tcp);
  } else if (wanted.inet || wanted.inet6) {
    add(model::Protocol::Tcp, wanted.inet ? model::Family::Inet : model::Family::Inet6, tcp);
  }
  if (wanted.inet) add(model::Protocol::Udp, model::Family::Inet, udp);
  if (wanted.inet6) add(model::Protocol::Udp, model::Family::Inet6, udp);
  return requests;
}

}  // namespace lastack::capture::sock_diag
