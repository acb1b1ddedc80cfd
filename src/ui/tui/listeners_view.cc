#include "ui/tui/listeners_view.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/columns/format.hh"
#include "ui/tui/meter.hh"
#include "ui/tui/row_text.hh"
#include "ui/tui/state_ink.hh"

namespace lastack::ui::tui {
namespace {

using model::SocketState;

enum Column : std::uint8_t {
  kLocal,
  kProcess,
  kUser,
  kQueue,
  kEstablished,
  kSynReceived,
  kCloseWait,
  kOther,
  kHosts,
  kDrops,
  kNetns,
  kColumns,
};

constexpr int kMeterWidth = 6;

std::uint64_t others_of(ListenerCount const& row) {
  using enum SocketState;
  std::uint64_t others = 0;
  for (auto const count : row.states) others += count;
  return others - row.in(Established)-row.in(SynReceived)-row.in(CloseWait);
}

std::uint64_t drops_of(Store const& store, ListenerCount const& row) {
  auto const* details = store.snapshot().details_of(store.endpoint(row.slot));
  bool const known = details != nullptr && details->mem_drops != model::kUnknown32;
  return known ? details->mem_drops : model::kUnknown64;
}

// Of a thousand.
std::uint64_t fill_of(model::Endpoint const& listener) {
  auto const limit = std::max<std::uint64_t>(listener.send_queue, 1);
  return std::uint64_t{listener.recv_queue} * 1000 / limit;
}

std::uint64_t number_of(Store const& store, ListenerCount const& row, std::size_t column) {
  auto const& endpoint = store.endpoint(row.slot);
  switch (column) {
    case kLocal: return endpoint.flow.local_port;
    case kQueue: return fill_of(endpoint);
    case kEstablished: return row.in(SocketState::Established);
    case kSynReceived: return row.in(SocketState::SynReceived);
    case kCloseWait: return row.in(SocketState::CloseWait);
    case kOther: return others_of(row);
    case kHosts: return row.hosts;
    case kDrops: return drops_of(store, row);
    default: return 0;
  }
}

Ink ink_of_column(std::size_t column) {
  switch (column) {
    case kEstablished: return Ink::Good;
    case kSynReceived: return Ink::Calm;
    case kCloseWait: return Ink::Warning;
    case kDrops: return Ink::Bad;
    default: return Ink::Plain;
  }
}

bool is_text(std::size_t column) {
  return column == kProcess || column == kUser || column == kNetns;
}

}  // namespace

ListenersView::ListenersView() : RowsView(kLocal, false) {}

std::span<RowsView::Heading const> ListenersView::headings() const {
  constexpr auto number = [](base::Phrase title) {
    return Heading{.title = title, .align = Align::Right, .largest_first = true};
  };
  constexpr Heading kLocalHeading{.title = {"LOCAL", "本地"}, .cut_order = 4};
  constexpr Heading kProcessHeading{.title = {"PROCESS", "进程"}, .cut_order = 3};
  constexpr Heading kUserHeading{.title = {"USER", "用户"}, .cut_order = 2};
  constexpr Heading kNetnsHeading{.title = {"NETNS", "命名空间"}, .cut_order = 1};
  static constexpr std::array<Heading, kColumns> kWide{
      kLocalHeading,
      kProcessHeading,
      kUserHeading,
      Heading{.title = {"ACCEPT QUEUE", "ACCEPT 队列"}, .largest_first = true},
      number({"ESTAB", "ESTAB"}),
      number({"SYN_RECV", "SYN_RECV"}),
      number({"CLOSE_W", "CLOSE_W"}),
      number({"OTHER", "其他"}),
      number({"HOSTS", "远端主机"}),
      number({"DROPS", "丢弃"}),
      kNetnsHeading,
  };
  static constexpr std::array<Heading, kColumns> kFewColumns{
      kLocalHeading,
      kProcessHeading,
      kUserHeading,
      Heading{.title = {"QUEUE", "队列"}, .largest_first = true},
      number({"ESTB", "ESTB"}),
      number({"SYNR", "SYNR"}),
      number({"CLSW", "CLSW"}),
      number({"ETC", "其他"}),
      number({"HOST", "主机"}),
      number({"DROP", "丢弃"}),
      kNetnsHeading,
  };
  return is_narrow() ? kFewColumns : kWide;
}

void ListenersView::refresh(Frame const& frame) {
  enter(frame);
  if (store_ == &frame.store && version_ == frame.store.version()) return;
  store_ = &frame.store;
  version_ = frame.store.version();
  rows_ = counts_.count(*store_);
  sort();
  table().settle(*this);
}

model::Process const* ListenersView::process_of(ListenerCount const& row) const {
  auto const owners = store_->snapshot().owners_of(store_->endpoint(row.slot));
  return owners.empty() ? nullptr : &store_->snapshot().process_of(owners.front());
}

std::string ListenersView::text_of(ListenerCount const& row, std::size_t column) const {
  std::string text;
  auto const& book = store_->snapshot();
  auto const& endpoint = store_->endpoint(row.slot);
  auto const* process = process_of(row);
  if (column == kProcess) append_owners(text, frame(), endpoint);
  if (column == kUser && process != nullptr) append_user(text, book, *process);
  if (column == kNetns && endpoint.netns < book.namespaces.size()) {
    base::append_printable(text, book.namespaces[endpoint.netns].label);
  }
  return text;
}

// What is equal stands in the order of ports, whichever way the rest goes.
void ListenersView::sort() {
  auto const column = sorted_by();
  auto const place_of = [&](ListenerCount const& row) {
    auto const& endpoint = store_->endpoint(row.slot);
    return std::tuple(endpoint.flow.local_port, endpoint.netns, endpoint.family,
                      endpoint.flow.local, row.slot);
  };
  std::ranges::sort(rows_, [&](ListenerCount const& a, ListenerCount const& b) {
    auto const order = is_text(column)
                           ? text_of(a, column) <=> text_of(b, column)
                           : number_of(*store_, a, column) <=> number_of(*store_, b, column);
    if (order != 0) return is_descending() ? order > 0 : order < 0;
    return place_of(a) < place_of(b);
  });
}

std::uint64_t ListenersView::id(std::size_t at) const { return store_->row_id(rows_[at].slot); }

std::optional<std::size_t> ListenersView::find(std::uint64_t wanted) const {
  for (std::size_t at = 0; at < rows_.size(); ++at) {
    if (id(at) == wanted) return at;
  }
  return std::nullopt;
}

Mark ListenersView::mark(std::size_t at) const { return store_->extra(rows_[at].slot).mark; }
bool ListenersView::tagged(std::size_t at) const { return store_->extra(rows_[at].slot).tagged; }

void ListenersView::append_queue(std::string& out, Style& style,
                                 model::Endpoint const& endpoint) const {
  append_meter(out, endpoint.recv_queue, endpoint.send_queue, kMeterWidth, frame().unicode);
  fmt::format_to(std::back_inserter(out), " {}/{}", endpoint.recv_queue, endpoint.send_queue);
  constexpr std::uint64_t kHalf = 500;
  // The kernel lets one more in than the limit.
  bool const full = endpoint.recv_queue > endpoint.send_queue;
  style.ink = full                         ? Ink::Bad
              : fill_of(endpoint) >= kHalf ? Ink::Warning
              : endpoint.recv_queue > 0    ? Ink::Calm
                                           : Ink::Dim;
}

void ListenersView::cell(std::size_t at, std::size_t column, std::string& out, Style& style) const {
  auto const& row = rows_[at];
  if (column == kLocal) {
    append_local(out, frame(), endpoint_of(at));
  } else if (column == kQueue) {
    append_queue(out, style, endpoint_of(at));
  } else if (is_text(column)) {
    auto const text = text_of(row, column);
    out += text.empty() ? "-" : text;
    if (column == kProcess && process_of(row) == nullptr) style.ink = Ink::Dim;
  } else {
    auto const value = number_of(*store_, row, column);
    bool const none = value == 0 || value == model::kUnknown64;
    style.ink = none ? Ink::Dim : ink_of_column(column);
    if (value == model::kUnknown64 || (none && column != kDrops)) {
      out += '-';
    } else {
      append_number(out, value);
    }
  }
}

Slot ListenersView::selected() const {
  auto const at = at_cursor();
  return at && store_->is_used(rows_[*at].slot) ? rows_[*at].slot : kNoSlot;
}

std::uint32_t ListenersView::selected_pid() const {
  auto const at = at_cursor();
  if (!at) return 0;
  auto const* process = process_of(rows_[*at]);
  return process == nullptr ? 0 : process->pid;
}

std::vector<Slot> ListenersView::visible() const {
  std::vector<Slot> slots;
  auto const [first, last] = table().visible();
  for (auto at = first; at < std::min(last, rows_.size()); ++at) slots.push_back(rows_[at].slot);
  return slots;
}

std::string ListenersView::drill_down() const {
  auto const at = at_cursor();
  if (!at) return {};
  auto const& endpoint = endpoint_of(*at);
  auto const& flow = endpoint.flow;
  auto text = fmt::format("proto tcp and sport = :{}", flow.local_port);
  if (!model::is_unspecified(flow.local)) {
    text += fmt::format(" and src {}", filter_host(flow.local, endpoint.family, 0));
  }
  auto const& namespaces = store_->snapshot().namespaces;
  if (namespaces.size() > 1 && endpoint.netns < namespaces.size()) {
    text += fmt::format(" and netns = {}", namespaces[endpoint.netns].inode);
  }
  return text;
}

}  // namespace lastack::ui::tui
