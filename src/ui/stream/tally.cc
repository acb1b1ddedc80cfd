#include "ui/stream/tally.hh"

#include <fmt/format.h>

#include <iterator>
#include <span>

#include "tcp/edges.hh"

namespace lastack::ui {
namespace {

constexpr std::array<std::string_view, tcp::kStateCount> kShort{
    "CLSD", "LSTN", "SYNS", "SYNR", "ESTB", "CLSW", "FIN1", "CLSG", "LAST", "FIN2", "TIMW"};

constexpr std::size_t kLabel = 13;  // column of row names
constexpr std::size_t kNarrow = 6;  // of a count
constexpr std::size_t kWide = 13;
static_assert(kNarrowTally == kLabel + tcp::kStateCount * kNarrow);

// At most five characters: "12345", "123k", "12M".
std::string short_count(std::uint64_t count) {
  constexpr std::array<char, 4> kUnits{'k', 'M', 'G', 'T'};
  if (count < 100'000) return fmt::format("{}", count);
  std::size_t unit = 0;
  count /= 1000;
  for (; count >= 10'000 && unit + 1 < kUnits.size(); ++unit) count /= 1000;
  return fmt::format("{}{}", count, kUnits[unit]);
}

std::string cell(EdgeTally const& tally, tcp::State from, tcp::State to, bool narrow,
                 std::string_view none) {
  auto const count = tally.count(from, to).all;
  if (count == 0) {
    auto const* edge = tcp::find_edge(from, to);
    return std::string(edge != nullptr && edge->in_linux ? none : "");
  }
  return narrow ? short_count(count) : fmt::format("{}", count);
}

}  // namespace

std::size_t append_tally(std::string& out, EdgeTally const& tally, TallyStyle style) {
  bool const narrow = style.width < kLabel + tcp::kStateCount * kWide;
  auto const column = narrow ? kNarrow : kWide;
  auto const into = std::back_inserter(out);
  fmt::format_to(into, "{:<{}}", "from \\ to", kLabel);
  for (std::size_t to = 0; to < tcp::kStateCount; ++to) {
    fmt::format_to(into, "{:>{}}", narrow ? kShort[to] : tcp::kStateNames[to], column);
  }
  out += '\n';
  for (std::size_t from = 0; from < tcp::kStateCount; ++from) {
    std::string line = fmt::format("{:<{}}", tcp::kStateNames[from], kLabel);
    for (std::size_t to = 0; to < tcp::kStateCount; ++to) {
      auto const text =
          cell(tally, tcp::state_at(from), tcp::state_at(to), narrow, style.unicode ? "·" : ".");
      line += fmt::format("{:>{}}", text, column);
    }
    line.resize(line.find_last_not_of(' ') + 1);
    out.append(line).append("\n");
  }
  return kTallyLines;
}

void write_tally(StreamJson& stream, EdgeTally const& tally, std::uint64_t time_ns) {
  auto& json = stream.begin("tally", time_ns);
  json.key("edges").begin_array();
  for (std::size_t from = 0; from < tcp::kStateCount; ++from) {
    for (std::size_t to = 0; to < tcp::kStateCount; ++to) {
      auto const& count = tally.count(tcp::state_at(from), tcp::state_at(to));
      if (count.all == 0) continue;
      json.begin_object();
      json.key("from").string(tcp::kStateNames[from]);
      json.key("to").string(tcp::kStateNames[to]);
      json.key("count").number(count.all);
      json.key("inferred").number(count.inferred);
      json.end_object();
    }
  }
  json.end_array();
  stream.end();
}

}  // namespace lastack::ui
