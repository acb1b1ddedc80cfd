#include "ui/tui/stream_view.hh"

#include <array>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/tui/cause_words.hh"
#include "ui/tui/row_text.hh"
#include "ui/tui/state_ink.hh"

namespace lastack::ui::tui {
namespace {

enum Column : std::uint8_t { kTime, kProcess, kFlow, kFrom, kTo, kDwell, kCause, kColumns };

constexpr base::Phrase kInferred{" (inferred)", "（推断）"};
constexpr base::Phrase kFollows{"follows", "跟随最新"};
constexpr base::Phrase kStays{"stays here (End follows)", "停在此处（End 键跟随最新）"};
constexpr base::Phrase kLines{"{} lines", "{} 行"};
constexpr base::Phrase kDropped{"{} older ones dropped", "已丢弃更早的 {} 行"};
constexpr base::Phrase kLeftOut{"{} left out, too many at once", "同时过多，略去 {} 行"};

}  // namespace

std::span<RowsView::Heading const> StreamView::headings() const {
  static constexpr auto kHeadings = std::to_array<Heading>({
      {.title = {"TIME", "时间"}},
      {.title = {"PROCESS", "进程"}, .cut_order = 1},
      {.title = {"LOCAL -> REMOTE", "本地 -> 远端"}, .cut_order = 3},
      {.title = {"FROM", "原状态"}},
      {.title = {"TO", "新状态"}},
      {.title = {"LASTED", "持续"}, .align = Align::Right},
      {.title = {"CAUSE", "原因"}, .cut_order = 2},
  });
  static_assert(kHeadings.size() == kColumns);
  return kHeadings;
}

base::Phrase StreamView::nothing_here() const {
  if (store_ != nullptr && store_->is_polled()) {
    return {"Nothing seen yet; without events only what dumps show is seen.",
            "尚未看到变化；没有事件时，只能看到转储之间的差别。"};
  }
  return {"Nothing has changed yet.", "尚无变化。"};
}

void StreamView::refresh(Frame const& frame) {
  enter(frame);
  store_ = &frame.store;
  table().settle(*this);
  if (follows_ && count() > 0) table().move_to(count() - 1, *this);
}

std::string StreamView::note() const {
  auto const language = frame().language;
  auto const& store = frame().store;
  auto text = std::string((follows_ ? kFollows : kStays).in(language));
  auto const add = [&](base::Phrase const& phrase, std::uint64_t value) {
    text += "  ";
    text += fmt::format(fmt::runtime(phrase.in(language)), count_text(value));
  };
  add(kLines, store.stream().size());
  if (store.stream_dropped() > 0) add(kDropped, store.stream_dropped());
  if (store.stream_left_out() > 0) add(kLeftOut, store.stream_left_out());
  return text;
}

void StreamView::draw(Canvas& canvas, Rect const& area, Frame const& frame) {
  enter(frame);
  if (area.height < 3) {
    RowsView::draw(canvas, area, frame);
    return;
  }
  RowsView::draw(canvas, {area.x, area.y, area.width, area.height - 1}, frame);
  Ink const ink = frame.store.stream_left_out() > 0 ? Ink::Warning : Ink::Dim;
  canvas.put(area.x, area.y + area.height - 1, note(), {.ink = ink}, area.width);
}

bool StreamView::act(Action action, Frame const& frame) {
  if (action != Action::Follow) return RowsView::act(action, frame);
  enter(frame);
  follows_ = !follows_;
  if (follows_ && count() > 0) table().move_to(count() - 1, *this);
  return true;
}

void StreamView::moved() {
  auto const at = at_cursor();
  follows_ = !at || *at + 1 >= count();
}

std::size_t StreamView::count() const { return store_ == nullptr ? 0 : store_->stream().size(); }

std::uint64_t StreamView::id(std::size_t at) const { return store_->stream_dropped() + at; }

std::optional<std::size_t> StreamView::find(std::uint64_t wanted) const {
  auto const first = store_->stream_dropped();
  if (wanted < first || wanted - first >= count()) return std::nullopt;
  return wanted - first;
}

void StreamView::cell(std::size_t at, std::size_t column, std::string& out, Style& style) const {
  auto const& line = store_->stream()[at];
  auto const& transition = line.transition;
  switch (column) {
    case kTime:
      append_clock(out, frame(), transition.time_ns, is_narrow() ? 0 : 3);
      style.ink = Ink::Dim;
      break;
    case kProcess:
      append_owner(out, line.owner, line.endpoint.no_owner);
      if (line.owner.pid == 0) style.ink = Ink::Dim;
      break;
    case kFlow:
      if (is_narrow()) {
        append_local_port(out, line.endpoint);
      } else {
        append_local(out, frame(), line.endpoint);
      }
      out += ' ';
      out += arrow(frame());
      out += ' ';
      append_remote(out, frame(), line.endpoint);
      break;
    case kFrom:
      out += is_narrow() ? short_name(transition.from) : model::name(transition.from);
      style.ink = Ink::Dim;
      break;
    case kTo:
      out += is_narrow() ? short_name(transition.to) : model::name(transition.to);
      style.ink = ink_of(transition.to);
      break;
    case kDwell:
      out +=
          transition.dwell_ns == model::kUnknown64 ? "-" : dwell_text(transition.dwell_ns / 1000);
      break;
    default:
      out += words_of(transition.cause).in(frame().language);
      style.ink = ink_of(transition.cause);
      if (transition.inferred) out += kInferred.in(frame().language);
  }
}

StreamLine const* StreamView::line_at_cursor() const {
  auto const at = at_cursor();
  return at && *at < count() ? &store_->stream()[*at] : nullptr;
}

Slot StreamView::selected() const {
  auto const* line = line_at_cursor();
  if (line == nullptr || line->endpoint.cookie == 0) return kNoSlot;
  return store_->find(line->endpoint.cookie);
}

std::uint32_t StreamView::selected_pid() const {
  auto const* line = line_at_cursor();
  return line == nullptr ? 0 : line->owner.pid;
}

std::uint64_t StreamView::selected_cookie() const {
  auto const* line = line_at_cursor();
  return line == nullptr ? 0 : line->endpoint.cookie;
}

std::optional<OwnerName> StreamView::past_owner() const {
  auto const* line = line_at_cursor();
  return line == nullptr ? std::nullopt : std::optional(line->owner);
}

std::string StreamView::drill_down() const {
  auto const* line = line_at_cursor();
  return line == nullptr ? std::string() : filter_for(line->endpoint);
}

}  // namespace lastack::ui::tui
