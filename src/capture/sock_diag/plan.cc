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
                       model::SocketStateMask possible) {
    auto const states = static_cast<model::SocketStateMask>(wanted.states & possible);
    if (states == 0) return;
    requests.push_back(
        {.protocol = protocol, .family = family, .states = states, .facts = wanted.facts});
  };
  if (wanted.tcp) {
    if (wanted.inet && wanted.inet6) {
      add(model::Protocol::Tcp, std::nullopt, kTcpStates);
    } else if (wanted.inet || wanted.inet6) {
      add(model::Protocol::Tcp, wanted.inet ? model::Family::Inet : model::Family::Inet6,
          kTcpStates);
    }
  }
  if (wanted.udp) {
    if (wanted.inet) add(model::Protocol::Udp, model::Family::Inet, kUdpStates);
    if (wanted.inet6) add(model::Protocol::Udp, model::Family::Inet6, kUdpStates);
  }
  return requests;
}

}  // namespace lastack::capture::sock_diag
