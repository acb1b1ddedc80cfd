#include "ui/tui/state_list.hh"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "tcp/edges.hh"
#include "ui/tui/row_text.hh"
#include "ui/tui/spark.hh"
#include "ui/tui/state_ink.hh"

namespace lastack::ui::tui {
namespace {

enum Column : std::uint8_t { kState, kNow, kLately, kWays, kColumns };

constexpr int kSparkWidth = 14;

// In the order in which a connection goes through them.
constexpr std::array<tcp::State, tcp::kStateCount> kOrder{
    tcp::State::Closed,      tcp::State::Listen,    tcp::State::SynSent,  tcp::State::SynReceived,
    tcp::State::Established, tcp::State::FinWait1,  tcp::State::FinWait2, tcp::State::Closing,
    tcp::State::TimeWait,    tcp::State::CloseWait, tcp::State::LastAck};

std::size_t index(tcp::State state) { return static_cast<std::size_t>(state); }

std::uint32_t standing(Store const& store, tcp::State state) {
  auto count = store.by_state()[index(state)];
  if (state == tcp::State::Closed) {
    count += store.by_state()[static_cast<std::size_t>(model::SocketState::BoundInactive)];
  }
  return count;
}

// The edges that lead out of it, the most used first.
void append_ways(std::string& out, Frame const& frame, tcp::State from) {
  std::vector<std::pair<std::uint64_t, tcp::State>> ways;
  for (std::size_t i = 0; i < tcp::kEdges.size(); ++i) {
    auto const count = frame.store.totals().edges[i];
    if (tcp::kEdges[i].from == from && count > 0) ways.emplace_back(count, tcp::kEdges[i].to);
  }
  std::ranges::sort(ways, std::ranges::greater{}, [](auto const& way) { return way.first; });
  std::string_view separator;
  for (auto const& [count, to] : ways) {
    out += separator;
    out += fmt::format("{} {} {}{}", arrow(frame), tcp::name(to), frame.unicode ? "×" : "x",
                       count_text(count));
    separator = "  ";
  }
  if (ways.empty()) out += '-';
}

}  // namespace

std::span<RowsView::Heading const> StateList::headings() const {
  static constexpr auto kHeadings = std::to_array<Heading>({
      {.title = {"STATE", "状态"}},
      {.title = {"NOW", "现在"}, .align = Align::Right},
      {.title = {"LATELY", "近况"}, .width = kSparkWidth},
      {.title = {"WENT ON TO", "转到"}, .cut_order = 1},
  });
  static_assert(kHeadings.size() == kColumns);
  return kHeadings;
}

void StateList::refresh(Frame const& frame) {
  enter(frame);
  table().settle(*this);
}

void StateList::cell(std::size_t at, std::size_t column, std::string& out, Style& style) const {
  auto const& store = frame().store;
  auto const state = kOrder.at(at);
  auto const count = standing(store, state);
  auto const ink = count > 0 ? ink_of(model::from_tcp(state)) : Ink::Dim;
  switch (column) {
    case kState:
      out += tcp::name(state);
      style.ink = ink;
      break;
    case kNow:
      out += count_text(count);
      style.ink = ink;
      break;
    case kLately:
      append_spark(out, store.history().by_state[index(state)], kSparkWidth, frame().unicode);
      style.ink = ink;
      break;
    default: append_ways(out, frame(), state);
  }
}

std::optional<tcp::State> StateList::state() const {
  auto const at = at_cursor();
  if (!at || *at >= kOrder.size()) return std::nullopt;
  return kOrder.at(*at);
}

std::string StateList::drill_down() const {
  auto const at = state();
  return at ? fmt::format("proto tcp and state {}", tcp::name(*at)) : std::string();
}

}  // namespace lastack::ui::tui
