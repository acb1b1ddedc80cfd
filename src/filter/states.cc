#include "filter/states.hh"

#include <algorithm>
#include <array>

#include "base/text.hh"

namespace lastack::filter {
namespace {

using model::SocketState;
using model::SocketStateMask;

template <typename... States>
constexpr SocketStateMask of(States... states) {
  return static_cast<SocketStateMask>((model::mask_of(states) | ...));
}
constexpr SocketStateMask all_but(SocketStateMask states) {
  return static_cast<SocketStateMask>(model::kAllSocketStates & ~states);
}

// To ss, a bound inactive TCP socket and a UDP socket without a peer are both "closed".
constexpr auto kClosed =
    of(SocketState::Closed, SocketState::BoundInactive, SocketState::Unconnected);
constexpr auto kBucket = of(SocketState::TimeWait, SocketState::SynReceived);
constexpr auto kNotConnected = static_cast<SocketStateMask>(kClosed | of(SocketState::Listen));

constexpr auto kNames = std::to_array<StateName>({
    {"established", of(SocketState::Established), ""},
    {"syn-sent", of(SocketState::SynSent), ""},
    {"syn-received", of(SocketState::SynReceived), ""},
    {"fin-wait-1", of(SocketState::FinWait1), ""},
    {"fin-wait-2", of(SocketState::FinWait2), ""},
    {"time-wait", of(SocketState::TimeWait), ""},
    {"close-wait", of(SocketState::CloseWait), ""},
    {"last-ack", of(SocketState::LastAck), ""},
    {"closing", of(SocketState::Closing), ""},
    {"listen", of(SocketState::Listen), ""},
    {"closed", kClosed, "also bound-inactive TCP and UDP without a peer, as in ss"},
    {"unconnected", kClosed, "the same as closed, as in ss"},
    {"unconn", kClosed, "the same as unconnected"},
    {"bound-inactive", of(SocketState::BoundInactive),
     "TCP, bound to a port but neither listening nor connecting"},
    {"all", model::kAllSocketStates, "every state"},
    {"connected", all_but(kNotConnected), "all but listen and closed"},
    {"synchronized",
     all_but(static_cast<SocketStateMask>(kNotConnected | of(SocketState::SynSent))),
     "connected, but not syn-sent"},
    {"bucket", kBucket, "time-wait and syn-received, which the kernel keeps as small sockets"},
    {"big", all_but(kBucket), "all but bucket"},
});

struct Spelling {
  std::string_view text;
  SocketStateMask states;
};

constexpr auto kMoreSpellings = std::to_array<Spelling>({
    {"bound_inactive", of(SocketState::BoundInactive)},
    {"boundinactive", of(SocketState::BoundInactive)},
    {"syn-rcv", of(SocketState::SynReceived)},  // ss(8)
});

}  // namespace

std::span<StateName const> state_names() { return kNames; }

std::optional<SocketStateMask> states_named(std::string_view text) {
  for (auto const& row : kNames) {
    if (base::equals_ignoring_case(row.name, text)) return row.states;
  }
  for (auto const& row : kMoreSpellings) {
    if (base::equals_ignoring_case(row.text, text)) return row.states;
  }
  if (auto const state = tcp::parse_state(text)) {
    return *state == tcp::State::Closed ? kClosed : model::mask_of(model::from_tcp(*state));
  }
  return std::nullopt;
}

}  // namespace lastack::filter
