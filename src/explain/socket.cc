#include "explain/socket.hh"

#include <algorithm>

#include "tcp/edges.hh"

namespace lastack::explain {
namespace {

using model::Endpoint;
using model::Side;
using model::SocketState;
using model::TcpSetting;
using tcp::State;

constexpr Milliseconds kInitialRto{1000};

// Since the first SYN or SYN,ACK: the timeouts that are over, and the part of this one that is.
std::optional<Milliseconds> since_first_try(Endpoint const& endpoint, std::uint64_t even) {
  if (endpoint.timer != model::TimerKind::Retransmit) return std::nullopt;
  Milliseconds total{0};
  auto timeout = kInitialRto;
  for (std::uint64_t tries = 0; tries < endpoint.retransmits; ++tries) {
    total += timeout;
    if (tries >= even) timeout *= 2;
  }
  return std::max(total, total + timeout - Milliseconds(endpoint.timer_ms));
}

// TCP_LINGER2 may have made it another time than tcp_fin_timeout, and more than 60 s are waited in
// two parts: known only where neither can be.
std::optional<Milliseconds> since_close(Endpoint const& endpoint,
                                        model::TcpSettings const& settings) {
  auto const whole = limits_of(settings).fin_wait_2;
  auto const left = Milliseconds(endpoint.timer_ms);
  if (whole > kTimeWait || left > whole) return std::nullopt;
  return whole - left;
}

std::optional<Milliseconds> since_of(Endpoint const& endpoint, Situation situation,
                                     model::TcpSettings const& settings) {
  auto const left = Milliseconds(endpoint.timer_ms);
  switch (situation) {
    case Situation::TimeWaiting: return std::max(Milliseconds{0}, kTimeWait - left);
    case Situation::SynSentFresh:
    case Situation::SynSentAgain:
      return since_first_try(endpoint, settings.get(TcpSetting::SynLinearTimeouts));
    case Situation::RequestFresh:
    case Situation::RequestAgain: return since_first_try(endpoint, 0);
    case Situation::FinWait2Orphan: return since_close(endpoint, settings);
    default: return std::nullopt;
  }
}

// A listener on its port tells that the peer came to it. Without one it was opened from here if the
// port is of those that connect() takes; else nobody knows: the listener may be gone.
Side opener_of(Endpoint const& endpoint, OtherEnds const& ends,
               model::TcpSettings const& settings) {
  if (endpoint.protocol != model::Protocol::Tcp || endpoint.flow.remote_port == 0) {
    return Side::Unknown;
  }
  if (endpoint.state == SocketState::SynSent) return Side::Local;
  if (endpoint.no_owner == model::NoOwner::RequestSocket) return Side::Remote;
  if (ends.listener_of(endpoint) != nullptr) return Side::Remote;
  auto const is_ephemeral = [&](std::uint16_t port) {
    return port >= settings.get(TcpSetting::PortRangeFirst) &&
           port <= settings.get(TcpSetting::PortRangeLast);
  };
  bool const only_ours =
      is_ephemeral(endpoint.flow.local_port) && !is_ephemeral(endpoint.flow.remote_port);
  auto const* other = ends.of(endpoint);
  bool const it_listens = other != nullptr && ends.listener_of(*other) != nullptr;
  return only_ours || it_listens ? Side::Local : Side::Unknown;
}

Side first_closer_of(SocketState state) {
  switch (state) {
    case SocketState::FinWait1:
    case SocketState::FinWait2:
    case SocketState::TimeWait: return Side::Local;
    case SocketState::CloseWait:
    case SocketState::LastAck: return Side::Remote;
    default: return Side::Unknown;
  }
}

std::vector<State> way_to(Endpoint const& endpoint, Side opened_by) {
  auto const target = model::tcp_state(endpoint.state);
  if (endpoint.protocol != model::Protocol::Tcp || !target) return {};
  if (*target == State::Closed || *target == State::Listen) return {};
  auto const first = opened_by == Side::Remote  ? State::SynReceived
                     : opened_by == Side::Local ? State::SynSent
                                                : State::Established;  // in either case
  std::vector<State> way{first};
  while (way.back() != *target && way.size() < tcp::kStateCount) {
    auto const next = tcp::next_towards(way.back(), *target);
    if (!next) return {*target};
    way.push_back(*next);
  }
  return way;
}

}  // namespace

SocketExplanation explain(Endpoint const& endpoint, OtherEnds const& ends,
                          model::TcpSettings const& settings) {
  SocketExplanation explanation;
  explanation.endpoint = &endpoint;
  explanation.other_end = ends.of(endpoint);
  explanation.situation = situation_of(endpoint, explanation.other_end);
  explanation.since = since_of(endpoint, explanation.situation, settings);
  explanation.opened_by = opener_of(endpoint, ends, settings);
  explanation.closed_first_by = first_closer_of(endpoint.state);
  explanation.way = way_to(endpoint, explanation.opened_by);
  return explanation;
}

}  // namespace lastack::explain
