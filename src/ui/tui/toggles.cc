#include "ui/tui/toggles.hh"

namespace lastack::ui::tui {
namespace {

using model::Address;
using model::Endpoint;
using model::Family;
using model::Protocol;
using model::SocketState;

bool is_loopback(Address const& address, Family family) {
  constexpr std::uint8_t kLoopbackNet = 127;  // 127/8
  if (family == Family::Inet) return address.bytes[0] == kLoopbackNet;
  if (model::is_v4_mapped(address)) return model::unmapped(address).bytes[0] == kLoopbackNet;
  return address == Address{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
}

// A listener on a loopback address has no peer but only takes such as are on this machine.
bool is_local_only(Endpoint const& endpoint) {
  auto const& flow = endpoint.flow;
  return is_loopback(flow.local, endpoint.family) &&
         (flow.remote_port == 0 || is_loopback(flow.remote, endpoint.family));
}

bool listens(Endpoint const& endpoint) {
  return endpoint.state == SocketState::Listen || endpoint.state == SocketState::Unconnected;
}

}  // namespace

bool shows(Toggles const& toggles, Endpoint const& endpoint) {
  bool const is_tcp = endpoint.protocol == Protocol::Tcp;
  bool const is_v4 = endpoint.family == Family::Inet;
  return (is_tcp ? toggles.tcp : toggles.udp) && (is_v4 ? toggles.ipv4 : toggles.ipv6) &&
         (listens(endpoint) ? toggles.listening : toggles.connected) &&
         (toggles.states & model::mask_of(endpoint.state)) != 0 &&
         (toggles.loopback || !is_local_only(endpoint));
}

}  // namespace lastack::ui::tui
