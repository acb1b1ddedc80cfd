#include "ui/tui/closed_view.hh"

#include <array>

#include <fmt/format.h>

#include "ui/tui/cause_words.hh"
#include "ui/tui/row_text.hh"
#include "ui/tui/state_ink.hh"

namespace lastack::ui::tui {
namespace {

enum Column : std::uint8_t {
  kEnded,
  kProcess,
  kLocal,
  kRemote,
  kLived,
  kCause,
  kCloser,
  kSent,
  kReceived,
  kPath,
  kColumns,
};

// In the order of Side.
constexpr std::array<base::Phrase, 4> kClosers{
    {{"-", "-"}, {"here", "本端"}, {"peer", "对端"}, {"kernel", "内核"}}};

constexpr base::Phrase kShown{"{} ended", "已结束 {} 个"};
constexpr base::Phrase kDropped{"{} older ones dropped", "已丢弃更早的 {} 个"};
constexpr base::Phrase kLeftOut{"{} left out, too many at once", "同时过多，略去 {} 个"};

}  // namespace

std::span<RowsView::Heading const> ClosedView::headings() const {
  static constexpr auto kHeadings = std::to_array<Heading>({
      {.title = {"ENDED", "结束于"}},
      {.title = {"PROCESS", "进程"}, .cut_order = 3},
      {.title = {"LOCAL", "本地"}, .cut_order = 4},
      {.title = {"REMOTE", "远端"}, .cut_order = 5},
      {.title = {"LIVED", "存续"}, .align = Align::Right},
      {.title = {"END", "结束原因"}, .cut_order = 2},
      {.title = {"CLOSER", "先关闭者"}},
      {.title = {"SENT", "发送"}, .align = Align::Right},
      {.title = {"RECEIVED", "接收"}, .align = Align::Right},
      {.title = {"PATH", "路径"}, .cut_order = 1},
  });
  static_assert(kHeadings.size() == kColumns);
  return kHeadings;
}

void ClosedView::refresh(Frame const& frame) {
  enter(frame);
  store_ = &frame.store;
  table().settle(*this);
  if (at_top_ && count() > 0) table().move_to(0, *this);
}

void ClosedView::moved() { at_top_ = at_cursor().value_or(0) == 0; }

std::string ClosedView::note() const {
  auto const& store = frame().store;
  std::string text;
  auto const add = [&](base::Phrase const& phrase, std::uint64_t value) {
    if (!text.empty()) text += "  ";
    text += fmt::format(fmt::runtime(phrase.in(frame().language)), count_text(value));
  };
  add(kShown, store.closed().size());
  if (store.closed_dropped() > 0) add(kDropped, store.closed_dropped());
  if (store.closed_left_out() > 0) add(kLeftOut, store.closed_left_out());
  return text;
}

void ClosedView::draw(Canvas& canvas, Rect const& area, Frame const& frame) {
  enter(frame);
  if (area.height < 3) {
    RowsView::draw(canvas, area, frame);
    return;
  }
  RowsView::draw(canvas, {area.x, area.y, area.width, area.height - 1}, frame);
  Ink const ink = frame.store.closed_left_out() > 0 ? Ink::Warning : Ink::Dim;
  canvas.put(area.x, area.y + area.height - 1, note(), {.ink = ink}, area.width);
}

std::size_t ClosedView::count() const { return store_ == nullptr ? 0 : store_->closed().size(); }

ClosedLife const& ClosedView::at_row(std::size_t at) const {
  auto const& closed = store_->closed();
  return closed[closed.size() - 1 - at];
}

// The number that it had among all that ended.
std::uint64_t ClosedView::id(std::size_t at) const {
  return store_->closed_dropped() + count() - 1 - at;
}

std::optional<std::size_t> ClosedView::find(std::uint64_t wanted) const {
  auto const first = store_->closed_dropped();
  if (wanted < first || wanted - first >= count()) return std::nullopt;
  return count() - 1 - (wanted - first);
}

void ClosedView::append_path(std::string& out, model::Life const& life) const {
  bool first = true;
  for (auto const& hop : life.path()) {
    if (!first) out.append(" ").append(arrow(frame())).append(" ");
    first = false;
    out += short_name(hop.state());
    if (hop.inferred()) out += '~';
  }
  if (life.lost_hops > 0) out += frame().unicode ? " …" : " ...";
}

void ClosedView::cell(std::size_t at, std::size_t column, std::string& out, Style& style) const {
  auto const& closed = at_row(at);
  auto const& life = closed.life;
  auto const bytes = [&](std::uint64_t value) {
    out += life.totals_known ? bytes_text(value) : "-";
  };
  switch (column) {
    case kEnded:
      append_clock(out, frame(), closed.ended_ns, 0);
      style.ink = Ink::Dim;
      break;
    case kProcess:
      append_owner(out, closed.owner, life.endpoint.no_owner);
      if (closed.owner.pid == 0) style.ink = Ink::Dim;
      break;
    case kLocal:
      if (is_narrow()) {
        append_local_port(out, life.endpoint);
      } else {
        append_local(out, frame(), life.endpoint);
      }
      break;
    case kRemote: append_remote(out, frame(), life.endpoint); break;
    case kLived:
      out += life.born_ns == 0 || closed.ended_ns < life.born_ns
                 ? "-"
                 : dwell_text((closed.ended_ns - life.born_ns) / 1000);
      break;
    case kCause:
      out += words_of(life.ended_by).in(frame().language);
      style.ink = ink_of(life.ended_by);
      break;
    case kCloser:
      out += kClosers.at(static_cast<std::size_t>(life.closed_first_by)).in(frame().language);
      break;
    case kSent: bytes(life.totals.bytes_sent); break;
    case kReceived: bytes(life.totals.bytes_received); break;
    default: append_path(out, life);
  }
}

ClosedLife const* ClosedView::selected_life() const {
  auto const at = at_cursor();
  return at && *at < count() ? &at_row(*at) : nullptr;
}

std::uint32_t ClosedView::selected_pid() const {
  auto const* closed = selected_life();
  return closed == nullptr ? 0 : closed->owner.pid;
}

std::optional<OwnerName> ClosedView::past_owner() const {
  auto const* closed = selected_life();
  return closed == nullptr ? std::nullopt : std::optional(closed->owner);
}

std::string ClosedView::drill_down() const {
  auto const* closed = selected_life();
  if (closed == nullptr) return {};
  auto const& endpoint = closed->life.endpoint;
  if (endpoint.flow.remote_port == 0) return fmt::format("sport = :{}", endpoint.flow.local_port);
  return fmt::format("dst {}", filter_host(endpoint.flow.remote, endpoint.family, 0));
}

}  // namespace lastack::ui::tui
