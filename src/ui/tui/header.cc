#include "ui/tui/header.hh"

#include <algorithm>
#include <array>
#include <span>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/tui/row_text.hh"
#include "ui/tui/spark.hh"
#include "ui/tui/state_ink.hh"

namespace lastack::ui::tui {
namespace {

using base::Phrase;
using model::mask_of;
using model::SocketState;
using model::SocketStateMask;

enum class Kind : std::uint8_t { States, Udp, Transitions, Opens, Failures, Rows };

struct Cell {
  Phrase label;  // in a wide cell
  Phrase small;  // in a narrow one
  Kind kind = Kind::States;
  SocketStateMask states = 0;
  Ink ink = Ink::Plain;
};

constexpr Cell of_state(SocketState state, std::string_view small, Ink ink) {
  return {.label = {model::name(state), model::name(state)},
          .small = {small, small},
          .states = mask_of(state),
          .ink = ink};
}
constexpr Cell of_states(std::string_view label, SocketStateMask states, Ink ink) {
  return {.label = {label, label}, .small = {label, label}, .states = states, .ink = ink};
}
constexpr auto operator|(SocketState a, SocketState b) {
  return static_cast<SocketStateMask>(mask_of(a) | mask_of(b));
}

constexpr Cell kEstablished = of_state(SocketState::Established, "ESTAB", Ink::Good);
constexpr Cell kListen = of_state(SocketState::Listen, "LISTEN", Ink::Good);
constexpr Cell kSynSent = of_state(SocketState::SynSent, "SYN_S", Ink::Calm);
constexpr Cell kSynReceived = of_state(SocketState::SynReceived, "SYN_R", Ink::Calm);
constexpr Cell kCloseWait = of_state(SocketState::CloseWait, "CLOSE_W", Ink::Warning);
constexpr Cell kLastAck = of_state(SocketState::LastAck, "LAST_A", Ink::Warning);
constexpr Cell kClosing = of_state(SocketState::Closing, "CLOSING", Ink::Warning);
constexpr Cell kFinWait1 = of_state(SocketState::FinWait1, "FIN_W1", Ink::Calm);
constexpr Cell kFinWait2 = of_state(SocketState::FinWait2, "FIN_W2", Ink::Calm);
constexpr Cell kTimeWait = of_state(SocketState::TimeWait, "TIME_W", Ink::Calm);
constexpr Cell kFinWaits =
    of_states("FIN_W", SocketState::FinWait1 | SocketState::FinWait2, Ink::Calm);
constexpr Cell kLastOnes =
    of_states("LAST_A", SocketState::LastAck | SocketState::Closing, Ink::Warning);
constexpr Cell kClosed =
    of_states("CLOSED", SocketState::Closed | SocketState::BoundInactive, Ink::Dim);
constexpr Cell kUdp{.label = {"UDP", "UDP"}, .small = {"UDP", "UDP"}, .kind = Kind::Udp};
constexpr Cell kRows{
    .label = {"all sockets", "全部"}, .small = {"all", "全部"}, .kind = Kind::Rows};
constexpr Cell kTransitions{.label = {"changes/s", "变化/秒"},
                            .small = {"chg/s", "变化/s"},
                            .kind = Kind::Transitions,
                            .ink = Ink::Accent};
constexpr Cell kOpens{.label = {"opens/s", "新建/秒"},
                      .small = {"open/s", "新建/s"},
                      .kind = Kind::Opens,
                      .ink = Ink::Accent};
constexpr Cell kFailures{.label = {"failures/s", "失败/秒"},
                         .small = {"fail/s", "失败/s"},
                         .kind = Kind::Failures,
                         .ink = Ink::Bad};

constexpr std::array kTwoLines{kEstablished, kListen,   kSynSent,   kSynReceived,
                               kTransitions, kOpens,    kCloseWait, kLastOnes,
                               kFinWaits,    kTimeWait, kUdp,       kFailures};
constexpr std::array kThreeLines{kEstablished, kListen,   kSynSent, kSynReceived, kTransitions,
                                 kCloseWait,   kLastAck,  kClosing, kFinWait1,    kOpens,
                                 kFinWait2,    kTimeWait, kClosed,  kUdp,         kFailures};
constexpr std::array kFourLines{
    kEstablished, kListen,   kSynSent,  kSynReceived, kCloseWait, kLastAck, kClosing, kTransitions,
    kFinWait1,    kFinWait2, kTimeWait, kOpens,       kClosed,    kUdp,     kRows,    kFailures};
// One line: what matters most.
constexpr std::array kOneLine{kEstablished, kListen,      kCloseWait,
                              kTimeWait,    kTransitions, kFailures};

std::span<Cell const> cells_for(int lines) {
  constexpr std::array<std::span<Cell const>, 4> kCells{kOneLine, kTwoLines, kThreeLines,
                                                        kFourLines};
  return kCells.at(static_cast<std::size_t>(std::clamp(lines, 1, 4) - 1));
}

// Points of several series added up from the end; they have the same length.
std::deque<std::uint32_t> summed(History const& history, SocketStateMask states) {
  std::deque<std::uint32_t> sum;
  for (std::size_t i = 0; i < model::kSocketStateCount; ++i) {
    if ((states & mask_of(static_cast<SocketState>(i))) == 0) continue;
    auto const& points = history.by_state[i];
    if (points.size() > sum.size()) sum.insert(sum.begin(), points.size() - sum.size(), 0);
    for (std::size_t back = 1; back <= points.size(); ++back) {
      sum[sum.size() - back] += points[points.size() - back];
    }
  }
  return sum;
}

struct Figure {
  std::uint64_t now = 0;
  std::deque<std::uint32_t> lately;
};

std::uint64_t last_of(std::deque<std::uint32_t> const& points) {
  return points.empty() ? 0 : points.back();
}

Figure figure_of(Cell const& cell, Store const& store) {
  auto const& history = store.history();
  switch (cell.kind) {
    case Kind::Udp: return {.now = store.udp(), .lately = {}};
    case Kind::Rows: return {.now = store.size(), .lately = {}};
    case Kind::Transitions:
      return {.now = last_of(history.transitions), .lately = history.transitions};
    case Kind::Opens: return {.now = last_of(history.opens), .lately = history.opens};
    case Kind::Failures: return {.now = last_of(history.failures), .lately = history.failures};
    case Kind::States: break;
  }
  Figure figure{.now = 0, .lately = summed(history, cell.states)};
  for (std::size_t i = 0; i < model::kSocketStateCount; ++i) {
    bool const counts = (cell.states & mask_of(static_cast<SocketState>(i))) != 0;
    if (counts) figure.now += store.by_state()[i];
  }
  return figure;
}

// "12345", "123k" where five digits are not enough.
std::string short_count(std::uint64_t count) {
  constexpr std::array<std::string_view, 4> kUnits{"", "k", "M", "G"};
  std::size_t unit = 0;
  for (; count >= 100'000 && unit + 1 < kUnits.size(); ++unit) count /= 1000;
  return fmt::format("{}{}", count, kUnits.at(unit));
}

// "ESTABLISHED  1234 ▁▂▅": the graph takes what is left.
void draw_cell(Canvas& canvas, Rect const& area, Cell const& cell, Frame const& frame) {
  constexpr int kLeastGraph = 2;
  constexpr int kNumber = 5;
  constexpr int kWidest = 24;  // of label and number, so that they stand near each other
  auto const figure = figure_of(cell, frame.store);
  Style const quiet{.ink = Ink::Dim, .ground = Ground::Bar};
  Style const loud{
      .ink = figure.now == 0 ? Ink::Dim : cell.ink, .ground = Ground::Bar, .bold = figure.now > 0};
  auto const room = area.width - 1;  // a gap to the next one
  auto label = cell.label.in(frame.language);
  auto width = static_cast<int>(base::display_width(label));
  if (width + 1 + kNumber + 1 + kLeastGraph > room) {
    label = cell.small.in(frame.language);
    width = static_cast<int>(base::display_width(label));
  }
  canvas.put(area.x, area.y, label, quiet, room);
  auto const count = short_count(figure.now);
  // A label gives way before its number is cut to another one.
  auto const label_room = std::max(0, room - 1 - static_cast<int>(count.size()));
  if (width > label_room) {
    canvas.fill(area, quiet);
    width = canvas.put(area.x, area.y, label, quiet, label_room);
  }
  auto const end = std::min(
      std::max(width + 1 + static_cast<int>(count.size()), std::min(room / 2 + 2, kWidest)), room);
  canvas.put_right(area.x + width + 1, area.y, count, loud, end - width - 1);
  auto const graph_width = room - end - 1;
  if (graph_width < kLeastGraph || figure.lately.empty()) return;
  std::string graph;
  append_spark(graph, figure.lately, graph_width, frame.unicode);
  canvas.put(area.x + end + 1, area.y, graph, {.ink = loud.ink, .ground = Ground::Bar},
             graph_width);
}

}  // namespace

int header_height(int screen_height) {
  constexpr int kForOne = 10;
  constexpr int kForTwo = 16;
  constexpr int kForThree = 30;
  constexpr int kForFour = 36;
  if (screen_height < kForOne) return 0;
  if (screen_height < kForTwo) return 1;
  if (screen_height < kForThree) return 2;
  return screen_height < kForFour ? 3 : 4;
}

void draw_header(Canvas& canvas, Rect const& area, Frame const& frame) {
  if (area.height < 1) return;
  canvas.fill(area, {.ground = Ground::Bar});
  auto const lines = std::min(area.height, 4);
  auto const cells = cells_for(lines);
  auto const per_line = static_cast<int>(cells.size()) / lines;
  for (int i = 0; i < static_cast<int>(cells.size()); ++i) {
    auto const column = i % per_line;
    auto const left = area.width * column / per_line;
    auto const right = area.width * (column + 1) / per_line;
    draw_cell(canvas, {area.x + left, area.y + i / per_line, right - left, 1},
              cells[static_cast<std::size_t>(i)], frame);
  }
}

int draw_gravest(Canvas& canvas, Rect const& area, Frame const& frame) {
  constexpr Phrase kCounts{" {} findings (7): ", " {} 项发现（按 7）："};
  constexpr Phrase kOne{" 1 finding (7): ", " 1 项发现（按 7）："};
  auto const& findings = frame.store.findings();
  if (findings.empty() || findings.front().finding.severity < model::Severity::Warning) return 0;
  auto const& gravest = findings.front().finding;
  Style const said{.ink = ink_of(gravest.severity), .ground = Ground::Bar, .bold = true};
  canvas.fill(area, said);
  auto text = findings.size() == 1
                  ? std::string(kOne.in(frame.language))
                  : fmt::format(fmt::runtime(kCounts.in(frame.language)), findings.size());
  text += model::text_of(gravest.severity).in(frame.language);
  text += "  ";
  base::append_printable(text, gravest.title.in(frame.language));
  std::string cut;
  base::append_cut(cut, text, static_cast<std::size_t>(std::max(area.width, 0)),
                   frame.unicode ? "…" : "~");
  canvas.put(area.x, area.y, cut, said, area.width);
  return 1;
}

}  // namespace lastack::ui::tui
