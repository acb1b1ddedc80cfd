#include "ui/tui/status_bar.hh"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/text.hh"
#include "ui/tui/row_text.hh"

namespace lastack::ui::tui {
namespace {

using base::Phrase;

constexpr Phrase kShown{"{}/{}", "{}/{}"};
constexpr Phrase kEvery{"every {}", "每 {}"};
constexpr Phrase kOnDemand{"on demand", "按需刷新"};
constexpr Phrase kPaused{"PAUSED", "已暂停"};
constexpr Phrase kTagged{"{} tagged", "已标记 {}"};
constexpr Phrase kPolled{"polled, no events", "轮询，无事件"};
constexpr Phrase kLost{"{} lost", "丢失 {}"};
constexpr Phrase kUnreadable{"unreadable processes: {}", "不可读的进程：{}"};
constexpr Phrase kHidden{"processes hidden", "部分进程被隐藏"};
constexpr Phrase kNamespaces{"{} namespaces unreadable", "{} 个命名空间不可读"};
constexpr Phrase kDefects{"{} defects", "{} 处异常"};
constexpr Phrase kNoFilter{"no filter", "无过滤"};

// In the order of Grouping.
constexpr std::array<Phrase, 3> kGroupings{
    {{"", ""}, {"TIME_WAIT folded", "TIME_WAIT 已折叠"}, {"by process", "按进程"}}};

struct Part {
  std::string text;
  Ink ink = Ink::Plain;
  int keep = 0;  // the lowest goes first where there is no room
  bool bold = false;
};

std::string pace_text(std::uint32_t milliseconds) {
  if (milliseconds % 1000 == 0) return fmt::format("{}s", milliseconds / 1000);
  return milliseconds < 1000 ? fmt::format("{}ms", milliseconds)
                             : fmt::format("{:.1f}s", static_cast<double>(milliseconds) / 1000);
}

class Parts {
 public:
  Parts(Status const& status, Frame const& frame) : status_(status), frame_(frame) {
    add(fmt::format(fmt::runtime(kShown.in(frame.language)), count_text(status.matching),
                    count_text(status.total)),
        Ink::Plain, 9);
    pace();
    missing();
    auto const grouping = kGroupings.at(static_cast<std::size_t>(status.grouping));
    if (!grouping.empty()) add(std::string(grouping.in(frame.language)), Ink::Plain, 2);
    if (status.tagged > 0) add(with(kTagged, status.tagged), Ink::Accent, 5);
  }

  std::vector<Part>& list() { return parts_; }

 private:
  void add(std::string text, Ink ink, int keep, bool bold = false) {
    parts_.push_back({std::move(text), ink, keep, bold});
  }
  [[nodiscard]] std::string with(Phrase const& phrase, std::uint64_t value) const {
    return fmt::format(fmt::runtime(phrase.in(frame_.language)), count_text(value));
  }
  [[nodiscard]] std::string in_words(Phrase const& phrase) const {
    return std::string(phrase.in(frame_.language));
  }

  void pace() {
    auto const pace = frame_.settings.pace_ms;
    if (status_.paused) {
      add(in_words(kPaused), Ink::Warning, 10, true);
    } else if (pace == 0) {
      add(in_words(kOnDemand), Ink::Plain, 3);
    } else {
      add(fmt::format(fmt::runtime(kEvery.in(frame_.language)), pace_text(pace)), Ink::Plain, 3);
    }
  }

  void missing() {
    auto const& store = frame_.store;
    auto const& unseen = store.unseen();
    if (store.is_polled()) add(in_words(kPolled), Ink::Warning, 8);
    auto const lost = store.totals().lost + store.totals().malformed;
    if (lost > 0) add(with(kLost, lost), Ink::Warning, 7);
    if (store.totals().defects > 0) add(with(kDefects, store.totals().defects), Ink::Bad, 7);
    std::size_t namespaces = 0;
    for (auto const& [why, labels] : unseen.unreadable_namespaces) namespaces += labels.size();
    if (namespaces > 0) add(with(kNamespaces, namespaces), Ink::Warning, 6);
    if (unseen.processes_hidden) {
      add(in_words(kHidden), Ink::Warning, 4);
    } else if (unseen.unreadable_processes > 0) {
      add(with(kUnreadable, unseen.unreadable_processes), Ink::Warning, 4);
    }
  }

  Status const& status_;
  Frame const& frame_;
  std::vector<Part> parts_;
};

constexpr int kGap = 2;

int width_of(std::vector<Part> const& parts) {
  int width = 0;
  for (auto const& part : parts) {
    width += static_cast<int>(base::display_width(part.text)) + kGap;
  }
  return width;
}

// What is said on the left: a message, or the filter.
Part left_part(Status const& status, Frame const& frame) {
  if (!status.message.empty()) {
    std::string text;
    base::append_message(text, status.message);
    return {std::move(text), status.is_error ? Ink::Bad : Ink::Accent, 0, true};
  }
  if (status.filter.empty()) {
    return {std::string(kNoFilter.in(frame.language)), Ink::Dim, 0, false};
  }
  return {base::printable(status.filter), Ink::Accent, 0, false};
}

}  // namespace

void draw_status_bar(Canvas& canvas, Rect const& area, Status const& status, Frame const& frame) {
  canvas.fill(area, {.ground = Ground::Bar});
  constexpr int kLeastLeft = 24;  // of the filter, if it is as long
  auto const left = left_part(status, frame);
  auto const left_width = static_cast<int>(base::display_width(left.text));
  auto parts = Parts(status, frame).list();
  auto const room = area.width - 1 - std::min(left_width, kLeastLeft);
  while (!parts.empty() && width_of(parts) > room) {
    parts.erase(std::ranges::min_element(parts, {}, &Part::keep));
  }
  auto x = area.x + area.width - width_of(parts) + kGap - 1;
  std::string text;
  base::append_cut(text, left.text, static_cast<std::size_t>(std::max(0, x - area.x - kGap - 1)),
                   frame.unicode ? "…" : "...");
  canvas.put(area.x + 1, area.y, text, {.ink = left.ink, .ground = Ground::Bar, .bold = left.bold},
             area.width - 1);
  for (auto const& part : parts) {
    x += canvas.put(x, area.y, part.text,
                    {.ink = part.ink, .ground = Ground::Bar, .bold = part.bold}) +
         kGap;
  }
}

}  // namespace lastack::ui::tui
