#include "diagram/edge_label.hh"

#include <fmt/format.h>

#include <string_view>

namespace lastack::diagram {
namespace {

struct Cause {
  tcp::Event event;
  tcp::Emit emit;
};

Cause cause_of(tcp::Edge const& edge) {
  auto const& reason = edge.reasons().front();
  return {reason.event, reason.emit};
}

// The two edges that an edge of note 2 takes at once; the usual ones, if there are several.
struct Halves {
  tcp::Edge const* first = nullptr;
  tcp::Edge const* second = nullptr;
};

Halves halves_of(tcp::Edge const& edge) {
  Halves best;
  for (std::size_t i = 0; i < tcp::kStateCount; ++i) {
    auto const middle = tcp::state_at(i);
    Halves const halves{tcp::find_edge(edge.from, middle), tcp::find_edge(middle, edge.to)};
    if (halves.first == nullptr || halves.second == nullptr) continue;
    if (!is_drawn(*halves.first) || !is_drawn(*halves.second)) continue;
    if (best.first == nullptr || halves.first->path < best.first->path) best = halves;
  }
  return best;
}

std::string event_text(tcp::Edge const& edge, base::Language language) {
  return std::string(tcp::describe(cause_of(edge).event).label.in(language));
}

std::string grouped(std::uint64_t count) {
  auto digits = fmt::format("{}", count);
  for (auto at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

constexpr std::string_view kAnd = " + ";
constexpr std::string_view kSends = " / ";

}  // namespace

std::string EdgeLabel::line() const {
  return action.empty() ? event : fmt::format("{}{}{}", event, kSends, action);
}

std::array<std::string, 2> EdgeLabel::two_lines() const {
  auto const whole = line();
  auto at = whole.find(kAnd);
  if (at == std::string::npos) at = whole.find(kSends);
  if (at == std::string::npos) return {whole, ""};
  return {whole.substr(0, at + 2), whole.substr(at + 3)};
}

EdgeLabel label_of(tcp::Edge const& edge, base::Language language) {
  EdgeLabel label{event_text(edge, language),
                  std::string(tcp::label(cause_of(edge).emit).in(language))};
  if (edge.kind != tcp::EdgeKind::Note2) return label;
  auto const [first, second] = halves_of(edge);
  if (first != nullptr && second != nullptr) {
    label.event =
        fmt::format("{}{}{}", event_text(*first, language), kAnd, event_text(*second, language));
  }
  return label;
}

std::string count_text(std::uint64_t count) {
  constexpr std::array<char, 3> kUnits{'M', 'G', 'P'};
  constexpr std::array<std::uint64_t, 3> kSizes{1'000'000, 1'000'000'000, 1'000'000'000'000'000};
  constexpr std::uint64_t kWide = 10'000'000;  // what takes more than nine characters
  std::size_t unit = 0;
  if (count < kWide) return grouped(count);
  while (unit + 1 < kUnits.size() && count / kSizes[unit] >= 1'000'000) ++unit;
  return grouped(count / kSizes[unit]) + kUnits[unit];
}

}  // namespace lastack::diagram
