// Which state may follow which: read off the table, never written down.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "tcp/reading.hh"

namespace lastack::tcp {

using enum State;

enum class EdgeKind : std::uint8_t {
  Figure5,  // drawn in figure 5
  Note2,    // its note 2: two edges in one segment
  Linux,    // Linux' own way, which a diagram should show
  Text,     // in the text only: resets, aborts, timeouts
};

// One event of an edge: why it is gone. Several rows may say the same.
struct Reason {
  Event event = Event::Close;
  Emit emit = Emit::Nothing;
  bool in_rfc = false;    // in one of the readings of RFC 9293
  bool in_linux = false;  // Linux does so
  std::string_view source;
};

struct Edge {
  static constexpr std::size_t kMaxReasons = 16;

  State from = Closed;
  State to = Closed;
  EdgeKind kind = EdgeKind::Text;
  Path path = Path::Unusual;
  bool in_linux = false;  // an observer of Linux may see it
  std::uint8_t reason_count = 0;
  // The drawn one first, then as the table has them. Each event once.
  std::array<Reason, kMaxReasons> all_reasons{};

  [[nodiscard]] constexpr std::span<Reason const> reasons() const {
    return std::span(all_reasons).first(reason_count);
  }
};

namespace detail {

inline constexpr std::size_t kMaxEdges = 40;

struct EdgeList {
  std::array<Edge, kMaxEdges> edges{};
  std::size_t size = 0;

  constexpr Edge& of(State from, State to) {
    for (std::size_t i = 0; i < size; ++i) {
      if (edges[i].from == from && edges[i].to == to) return edges[i];
    }
    edges.at(size) = {.from = from, .to = to};
    return edges[size++];
  }
};

[[nodiscard]] constexpr EdgeKind kind_of(Drawn drawn) {
  switch (drawn) {
    case Drawn::Figure5: return EdgeKind::Figure5;
    case Drawn::Note2: return EdgeKind::Note2;
    case Drawn::Linux: return EdgeKind::Linux;
    default: return EdgeKind::Text;
  }
}

constexpr void add_reason(Edge& edge, Rule const& rule, Event event, bool in_rfc, bool in_linux) {
  auto const kind = kind_of(rule.drawn);
  bool const better = edge.reason_count == 0 || kind < edge.kind;
  if (better) edge.kind = kind;
  if (better || (kind == edge.kind && rule.path < edge.path)) edge.path = rule.path;
  edge.in_linux = edge.in_linux || in_linux;
  std::size_t at = 0;
  while (at < edge.reason_count && edge.all_reasons[at].event != event) ++at;
  bool const known = at < edge.reason_count;
  Reason reason{event, rule.emit, in_rfc, in_linux, rule.source};
  if (known) {
    auto const& before = edge.all_reasons[at];
    if (!better) reason = before;
    reason.in_rfc = in_rfc || before.in_rfc;
    reason.in_linux = in_linux || before.in_linux;
    if (before.in_rfc) reason.source = before.source;
  } else {
    ++edge.reason_count;
  }
  if (better) {  // to the front
    for (; at > 0; --at) edge.all_reasons.at(at) = edge.all_reasons[at - 1];
  }
  edge.all_reasons.at(at) = reason;
}

consteval EdgeList read_edges() {
  EdgeList list;
  for (std::size_t s = 0; s < kStateCount; ++s) {
    auto const state = state_at(s);
    for (std::size_t e = 0; e < kEventCount; ++e) {
      auto const event = event_at(e);
      for (auto const index : kRfcTable.cell(state, event)) {
        auto const& rule = kRfcTable.rule(index);
        if (!rule.changes(state)) continue;
        add_reason(list.of(state, rule.next(state)), rule, event, true,
                   applies(kLinux, rule, state, event));
      }
      for (auto const index : kLinuxTable.cell(state, event)) {
        auto const& rule = kLinuxTable.rule(index);
        if (rule.changes(state))
          add_reason(list.of(state, rule.next(state)), rule, event, false, true);
      }
    }
  }
  return list;
}

inline constexpr EdgeList kEdgeList = read_edges();

}  // namespace detail

inline constexpr auto kEdges = [] {
  std::array<Edge, detail::kEdgeList.size> edges{};
  for (std::size_t i = 0; i < edges.size(); ++i) edges[i] = detail::kEdgeList.edges[i];
  return edges;
}();

[[nodiscard]] constexpr Edge const* find_edge(State from, State to) {
  for (auto const& edge : kEdges) {
    if (edge.from == from && edge.to == to) return &edge;
  }
  return nullptr;
}

namespace detail {

using Matrix = std::array<std::array<std::uint8_t, kStateCount>, kStateCount>;

// Of several ways the usual one: no simultaneous open or close, no listener that sends. Every state
// may end at once, though.
[[nodiscard]] constexpr std::uint8_t length_of(Edge const& edge) {
  constexpr std::uint8_t kRare = 4;
  return edge.path == Path::Unusual && edge.to != Closed ? kRare : 1;
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
    if (!edge.in_linux) continue;
    auto const i = static_cast<std::size_t>(edge.from);
    auto const j = static_cast<std::size_t>(edge.to);
    distance[i][j] = length_of(edge);
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

// The state that follows `from` on Linux' shortest way to `to` that is not over; nullopt: none.
[[nodiscard]] constexpr std::optional<State> next_towards(State from, State to) {
  auto const next = detail::kNext[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
  if (from == to || next >= kStateCount) return std::nullopt;
  return state_at(next);
}

}  // namespace lastack::tcp
