// Which state may follow which. Figure 5 of RFC 9293, what its text adds, and what an observer of
// Linux sees besides: the kernel passes through some states without stopping.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tcp/state.hh"

namespace lastack::tcp {

enum class EdgeKind : std::uint8_t {
  Figure5,  // drawn in figure 5
  Text,     // in the text: resets, aborts, timeouts
  Linux,    // what Linux does instead
};

struct Edge {
  State from;
  State to;
  EdgeKind kind;
  std::string_view why;
};

using enum State;

inline constexpr auto kEdges = std::to_array<Edge>({
    {Closed, Listen, EdgeKind::Figure5, "passive OPEN"},
    {Closed, SynSent, EdgeKind::Figure5, "active OPEN"},
    {Listen, Closed, EdgeKind::Figure5, "CLOSE"},
    {Listen, SynReceived, EdgeKind::Figure5, "SYN arrives: a new connection of the listener"},
    {Listen, SynSent, EdgeKind::Figure5, "SEND"},
    {SynSent, SynReceived, EdgeKind::Figure5, "SYN arrives: simultaneous open"},
    {SynSent, Established, EdgeKind::Figure5, "SYN+ACK arrives"},
    {SynSent, Closed, EdgeKind::Figure5, "CLOSE; refused; user timeout"},
    {SynReceived, Established, EdgeKind::Figure5, "ACK of our SYN arrives"},
    {SynReceived, FinWait1, EdgeKind::Figure5, "CLOSE"},
    {SynReceived, Listen, EdgeKind::Figure5, "RST arrives: note 1"},
    {SynReceived, Closed, EdgeKind::Text, "ABORT; refused; user timeout; a request ends"},
    {Established, FinWait1, EdgeKind::Figure5, "CLOSE"},
    {Established, CloseWait, EdgeKind::Figure5, "FIN arrives"},
    {Established, Closed, EdgeKind::Text, "ABORT; RST arrives; user timeout"},
    {FinWait1, FinWait2, EdgeKind::Figure5, "ACK of our FIN arrives"},
    {FinWait1, Closing, EdgeKind::Figure5, "FIN arrives"},
    {FinWait1, TimeWait, EdgeKind::Figure5, "FIN with the ACK of ours arrives: note 2"},
    {FinWait1, Closed, EdgeKind::Text, "ABORT; RST arrives; user timeout"},
    {FinWait2, TimeWait, EdgeKind::Figure5, "FIN arrives"},
    {FinWait2, Closed, EdgeKind::Text, "ABORT; RST arrives; on Linux tcp_fin_timeout, too"},
    {CloseWait, LastAck, EdgeKind::Figure5, "CLOSE"},
    {CloseWait, Closed, EdgeKind::Text, "ABORT; RST arrives; user timeout"},
    {Closing, TimeWait, EdgeKind::Figure5, "ACK of our FIN arrives"},
    {Closing, Closed, EdgeKind::Text, "ABORT; RST arrives; user timeout"},
    {LastAck, Closed, EdgeKind::Figure5, "ACK of our FIN arrives"},
    {TimeWait, Closed, EdgeKind::Figure5, "2MSL over"},
    {TimeWait, SynReceived, EdgeKind::Linux, "a new SYN takes the connection over (RFC 6191)"},
});

[[nodiscard]] constexpr Edge const* find_edge(State from, State to) {
  for (auto const& edge : kEdges) {
    if (edge.from == from && edge.to == to) return &edge;
  }
  return nullptr;
}

namespace detail {

using Matrix = std::array<std::array<std::uint8_t, kStateCount>, kStateCount>;

// Of several ways the usual one: no simultaneous open or close, no segment that does two things, no
// listener that sends (Linux never does).
[[nodiscard]] constexpr bool is_rare(Edge const& edge) {
  return (edge.to == SynReceived && edge.from == SynSent) || edge.to == Closing ||
         (edge.from == SynReceived && edge.to == FinWait1) ||
         (edge.from == FinWait1 && edge.to == TimeWait) ||
         (edge.from == Listen && edge.to == SynSent);
}

// next[from][to]: the state after `from` on the way to `to`; kStateCount: there is none.
consteval Matrix shortest_ways() {
  constexpr std::uint8_t kFar = 100;
  Matrix distance{};
  Matrix next{};
  for (std::size_t i = 0; i < kStateCount; ++i) {
    for (std::size_t j = 0; j < kStateCount; ++j) {
      distance[i][j] = i == j ? 0 : kFar;
      next[i][j] = static_cast<std::uint8_t>(i == j ? j : kStateCount);
    }
  }
  for (auto const& edge : kEdges) {
    auto const i = static_cast<std::size_t>(edge.from);
    auto const j = static_cast<std::size_t>(edge.to);
    distance[i][j] = is_rare(edge) ? 4 : 1;
    next[i][j] = static_cast<std::uint8_t>(j);
  }
  for (std::size_t over = 0; over < kStateCount; ++over) {
    // a connection that is over does not go on as another one
    if ((Closed | Listen | TimeWait).has(state_at(over))) continue;
    for (std::size_t i = 0; i < kStateCount; ++i) {
      if (state_at(i) == TimeWait) continue;  // what takes it over is another one, too
      for (std::size_t j = 0; j < kStateCount; ++j) {
        auto const way = distance[i][over] + distance[over][j];
        if (way < distance[i][j]) {
          distance[i][j] = static_cast<std::uint8_t>(way);
          next[i][j] = next[i][over];
        }
      }
    }
  }
  return next;
}
inline constexpr Matrix kNext = shortest_ways();

}  // namespace detail

// The state that follows `from` on the shortest way to `to` that is not over; nullopt: none.
[[nodiscard]] constexpr std::optional<State> next_towards(State from, State to) {
  auto const next = detail::kNext[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
  if (from == to || next >= kStateCount) return std::nullopt;
  return state_at(next);
}

static_assert(next_towards(Established, LastAck) == CloseWait);
static_assert(next_towards(Established, TimeWait) == FinWait1);
static_assert(next_towards(SynSent, CloseWait) == Established);
static_assert(next_towards(SynSent, FinWait1) == Established);
static_assert(next_towards(FinWait1, TimeWait) == FinWait2);
static_assert(next_towards(Established, Closed) == Closed);
static_assert(next_towards(Established, Closing) == FinWait1);
static_assert(!next_towards(LastAck, Established));
static_assert(!next_towards(TimeWait, FinWait2));

}  // namespace lastack::tcp
