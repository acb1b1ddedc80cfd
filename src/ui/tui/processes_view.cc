#include "ui/tui/processes_view.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/columns/format.hh"
#include "ui/tui/row_text.hh"
#include "ui/tui/state_ink.hh"

namespace lastack::ui::tui {
namespace {

using model::NoOwner;
using model::SocketState;

std::uint32_t in_state(ProcessCount const& row, SocketState state) {
  return row.states[static_cast<std::size_t>(state)];
}
template <SocketState State>
std::uint64_t number_of(ProcessCount const& row) {
  return in_state(row, State);
}
std::uint64_t sockets_of(ProcessCount const& row) { return row.sockets(); }
std::uint64_t udp_of(ProcessCount const& row) { return row.udp; }
std::uint64_t hosts_of(ProcessCount const& row) { return row.hosts; }
// TCP in none of the states that have a column.
std::uint64_t others_of(ProcessCount const& row) {
  using enum SocketState;
  std::uint64_t others = row.tcp;
  for (auto const state : {Listen, Established, SynSent, CloseWait, TimeWait}) {
    others -= in_state(row, state);
  }
  return others;
}

constexpr std::size_t kName = 0;
constexpr std::size_t kPid = 1;
constexpr std::size_t kUser = 2;
constexpr std::size_t kSockets = 3;
constexpr std::size_t kUnit = 12;

// The columns of numbers, from kSockets on.
struct Figure {
  std::uint64_t (*read)(ProcessCount const&);
  Ink ink;
};
constexpr auto kFigures = std::to_array<Figure>({
    {sockets_of, Ink::Plain},
    {number_of<SocketState::Listen>, Ink::Good},
    {number_of<SocketState::Established>, Ink::Good},
    {number_of<SocketState::SynSent>, Ink::Calm},
    {number_of<SocketState::CloseWait>, Ink::Warning},
    {number_of<SocketState::TimeWait>, Ink::Calm},
    {others_of, Ink::Calm},
    {udp_of, Ink::Plain},
    {hosts_of, Ink::Plain},
});
static_assert(kSockets + kFigures.size() == kUnit);

// Sockets that no process has: what they are called here, and a filter that shows them. In the
// order of NoOwner.
struct Nobody {
  base::Phrase name;
  std::string_view filter;
};
constexpr std::string_view kWithoutReason =
    "not pid > 0 and ( inode > 0 or proto udp or state listen,closed,syn-sent )";
constexpr auto kNobody = std::to_array<Nobody>({
    {{"-", "-"}, ""},
    {{"(not asked)", "(未查询)"}, "not pid > 0"},
    {{"(TIME_WAIT)", "(TIME_WAIT)"}, "state time-wait and not pid > 0"},
    {{"(handshakes)", "(握手中)"}, "state syn-received and not pid > 0"},
    {{"(orphans)", "(孤儿)"},
     "state fin-wait-1,fin-wait-2,closing,last-ack and inode = 0 and not pid > 0"},
    {{"(accept queues)", "(accept 队列)"},
     "proto tcp and state established,close-wait and inode = 0 and not pid > 0"},
    {{"(hidden)", "(不可见)"}, kWithoutReason},
    {{"(no process)", "(无进程)"}, kWithoutReason},
});
static_assert(kNobody.size() == static_cast<std::size_t>(NoOwner::NoProcess) + 1);

Nobody const& nobody(ProcessCount const& row) {
  return kNobody.at(static_cast<std::size_t>(row.reason));
}

}  // namespace

ProcessesView::ProcessesView() : RowsView(kSockets, true) {}

std::span<RowsView::Heading const> ProcessesView::headings() const {
  constexpr auto number = [](base::Phrase title) {
    return Heading{.title = title, .align = Align::Right, .largest_first = true};
  };
  constexpr Heading kNameHeading{.title = {"PROCESS", "进程"}, .cut_order = 3};
  constexpr Heading kPidHeading{.title = {"PID", "PID"}, .align = Align::Right};
  constexpr Heading kUserHeading{.title = {"USER", "用户"}, .cut_order = 2};
  constexpr Heading kUnitHeading{.title = {"UNIT", "单元"}, .cut_order = 1};
  static constexpr std::array<Heading, kUnit + 1> kWide{
      kNameHeading,
      kPidHeading,
      kUserHeading,
      number({"SOCKETS", "套接字"}),
      number({"LISTEN", "LISTEN"}),
      number({"ESTAB", "ESTAB"}),
      number({"SYN_S", "SYN_S"}),
      number({"CLOSE_W", "CLOSE_W"}),
      number({"TIME_W", "TIME_W"}),
      number({"OTHER", "其他"}),
      number({"UDP", "UDP"}),
      number({"HOSTS", "远端主机"}),
      kUnitHeading,
  };
  // The short names are those of the tally of `watch`.
  static constexpr std::array<Heading, kUnit + 1> kFewColumns{
      kNameHeading,
      kPidHeading,
      kUserHeading,
      number({"ALL", "全部"}),
      number({"LSTN", "LSTN"}),
      number({"ESTB", "ESTB"}),
      number({"SYNS", "SYNS"}),
      number({"CLSW", "CLSW"}),
      number({"TIMW", "TIMW"}),
      number({"ETC", "其他"}),
      number({"UDP", "UDP"}),
      number({"HOST", "主机"}),
      kUnitHeading,
  };
  return is_narrow() ? kFewColumns : kWide;
}

model::Process const* ProcessesView::process_of(ProcessCount const& row) const {
  if (row.process == ProcessCount::kNobody) return nullptr;
  return &store_->snapshot().processes[row.process];
}

void ProcessesView::refresh(Frame const& frame) {
  enter(frame);
  if (store_ == &frame.store && version_ == frame.store.version()) return;
  store_ = &frame.store;
  version_ = frame.store.version();
  rows_ = counts_.count(*store_);
  sort();
  table().settle(*this);
}

void ProcessesView::sort() {
  auto const column = sorted_by();
  auto const text_of = [&](ProcessCount const& row) {
    std::string text;
    auto const* process = process_of(row);
    if (process == nullptr) return column == kName ? std::string(nobody(row).name.en) : text;
    if (column == kName) return process->comm;
    if (column == kUnit) return process->unit;
    append_user(text, store_->snapshot(), *process);
    return text;
  };
  auto const pid_of = [&](ProcessCount const& row) -> std::uint64_t {
    auto const* process = process_of(row);
    return process == nullptr ? 0 : process->pid;
  };
  auto const number = [&](ProcessCount const& row) {
    return column == kPid ? pid_of(row) : kFigures.at(column - kSockets).read(row);
  };
  bool const by_text = column == kName || column == kUser || column == kUnit;
  // What is equal stands in the order of pids, whichever way the rest goes.
  std::ranges::sort(rows_, [&](ProcessCount const& a, ProcessCount const& b) {
    auto const order = by_text ? text_of(a) <=> text_of(b) : number(a) <=> number(b);
    if (order != 0) return is_descending() ? order > 0 : order < 0;
    return std::pair(pid_of(a), a.reason) < std::pair(pid_of(b), b.reason);
  });
}

// An entry of the book may become another process.
std::uint64_t ProcessesView::id(std::size_t at) const {
  auto const& row = rows_[at];
  auto const* process = process_of(row);
  if (process == nullptr) return static_cast<std::uint64_t>(row.reason);
  return (std::uint64_t{row.process} + 1) << 32U | process->pid;
}

std::optional<std::size_t> ProcessesView::find(std::uint64_t wanted) const {
  for (std::size_t at = 0; at < rows_.size(); ++at) {
    if (id(at) == wanted) return at;
  }
  return std::nullopt;
}

void ProcessesView::cell(std::size_t at, std::size_t column, std::string& out, Style& style) const {
  auto const& row = rows_[at];
  auto const* process = process_of(row);
  if (column >= kSockets && column < kUnit) {
    auto const& figure = kFigures.at(column - kSockets);
    auto const value = figure.read(row);
    style.ink = value == 0 ? Ink::Dim : figure.ink;
    if (value == 0) {
      out += '-';
    } else {
      append_number(out, value);
    }
    return;
  }
  if (process == nullptr) {
    style.ink = Ink::Dim;
    out += column == kName ? nobody(row).name.in(frame().language) : "-";
    return;
  }
  auto const before = out.size();
  if (column == kName) base::append_printable(out, process->comm);
  if (column == kPid) append_number(out, process->pid);
  if (column == kUser) append_user(out, store_->snapshot(), *process);
  if (column == kUnit) base::append_printable(out, process->unit);
  if (out.size() == before) out += '-';
}

std::uint32_t ProcessesView::selected_pid() const {
  auto const at = at_cursor();
  if (!at) return 0;
  auto const* process = process_of(rows_[*at]);
  return process == nullptr ? 0 : process->pid;
}

std::string ProcessesView::drill_down() const {
  auto const at = at_cursor();
  if (!at) return {};
  if (auto const pid = selected_pid(); pid != 0) return fmt::format("pid = {}", pid);
  return std::string(nobody(rows_[*at]).filter);
}

}  // namespace lastack::ui::tui
