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

std::optional<Milliseconds> since_of(Endpoint const& endpoint, Situation situation,
                                     model::TcpSettings const& settings) {
  auto const left = Milliseconds(endpoint.timer_ms);
  switch (situation) {
    case Situation::TimeWaiting: return std::max(Milliseconds{0}, kTimeWait - left);
    case Situation::FinWait2Orphan: {
      auto const whole = limits_of(settings).fin_wait_2;
      // TCP_LINGER2 may have made it another time: then nobody knows.
      return left <= whole ? std::optional(whole - left) : std::nullopt;
    }
    case Situation::SynSentFresh:
    case Situation::SynSentAgain:
      return since_first_try(endpoint, settings.get(TcpSetting::SynLinearTimeouts));
    case Situation::RequestFresh:
    case Situation::RequestAgain: return since_first_try(endpoint, 0);
    default: return std::nullopt;
  }
}

Side opener_of(Endpoint const& endpoint, OtherEnds const& ends) {
  if (endpoint.protocol != model::Protocol::Tcp || endpoint.flow.remote_port == 0) {
    return Side::Unknown;
  }
  if (endpoint.state == SocketState::SynSent) return Side::Local;
  return ends.listener_of(endpoint) != nullptr ? Side::Remote : Side::Local;
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
  std::vector<State> way{opened_by == Side::Remote ? State::SynReceived : State::SynSent};
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
  explanation.situation = situation_of(endpoint);
  explanation.since = since_of(endpoint, explanation.situation, settings);
  explanation.opened_by = opener_of(endpoint, ends);
  explanation.closed_first_by = first_closer_of(endpoint.state);
  explanation.way = way_to(endpoint, explanation.opened_by);
  explanation.other_end = ends.of(endpoint);
  return explanation;
}

}  // namespace lastack::explain
