#include "ui/tui/menu.hh"

#include <utf8proc.h>

#include <algorithm>
#include <utility>

#include "base/text.hh"
#include "ui/tui/frame_box.hh"

namespace lastack::ui::tui {
namespace {

int width_of(std::string_view text) { return static_cast<int>(base::display_width(text)); }

char32_t first_letter(std::string_view text) {
  utf8proc_int32_t value = 0;
  auto const used = utf8proc_iterate(reinterpret_cast<utf8proc_uint8_t const*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &value);
  return used > 0 ? static_cast<char32_t>(utf8proc_tolower(value)) : 0;
}

// What stands at the right: the key, or why the item cannot be chosen.
std::string_view remark(MenuItem const& item) {
  return item.why_not.empty() ? item.key : item.why_not;
}

}  // namespace

Menu::Menu(std::string title, std::vector<MenuItem> items, std::optional<std::pair<int, int>> at,
           DialogStyle style)
    : title_(std::move(title)), items_(std::move(items)), at_(at), style_(style) {
  go_to_end(false);
}

bool Menu::can_run(std::size_t at) const {
  return at < items_.size() && !items_[at].separator && items_[at].why_not.empty();
}

void Menu::move(int by) {
  auto const count = static_cast<std::ptrdiff_t>(items_.size());
  for (auto at = static_cast<std::ptrdiff_t>(chosen_) + by; at >= 0 && at < count; at += by) {
    if (!can_run(static_cast<std::size_t>(at))) continue;
    chosen_ = static_cast<std::size_t>(at);
    return;
  }
  // Nothing to choose that way: what is there (a reason, say) is to be seen all the same.
  if (by < 0) {
    top_ = 0;
  } else {
    top_ = items_.size();
  }
  follow_ = false;
}

void Menu::go_to_end(bool last) {
  for (std::size_t i = 0; i < items_.size(); ++i) {
    auto const at = last ? items_.size() - 1 - i : i;
    if (!can_run(at)) continue;
    chosen_ = at;
    return;
  }
}

void Menu::jump_to(char32_t letter) {
  letter = static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(letter)));
  for (std::size_t step = 1; step <= items_.size(); ++step) {
    auto const at = (chosen_ + step) % items_.size();
    if (!can_run(at) || first_letter(items_[at].label) != letter) continue;
    chosen_ = at;
    return;
  }
}

// The callback may put another overlay in this one's place: nothing of this is used after it.
bool Menu::run(std::size_t at) {
  if (!can_run(at)) return true;
  auto const what = std::move(items_[at].run);
  if (what) what();
  return false;
}

bool Menu::key(Key key) {
  follow_ = true;
  auto const hot = std::ranges::find_if(
      items_, [&](MenuItem const& item) { return item.hot != 0 && item.hot == key; });
  if (hot != items_.end()) return run(static_cast<std::size_t>(hot - items_.begin()));
  switch (key) {
    case kEscape:
    case control('c'):
    case 'q': return false;
    case kEnter: return run(chosen_);
    case kUp:
    case 'k': move(-1); return true;
    case kDown:
    case 'j': move(1); return true;
    case kHome:
    case kPageUp: go_to_end(false); return true;
    case kEnd:
    case kPageDown: go_to_end(true); return true;
    default: break;
  }
  if (key > kSpace && key < kFirstNamed) jump_to(key);
  return true;
}

bool Menu::mouse(Mouse const& mouse) {
  constexpr std::size_t kStep = 3;
  switch (mouse.button) {
    case MouseButton::WheelUp:
      follow_ = false;
      top_ -= std::min(top_, kStep);
      return true;
    case MouseButton::WheelDown:
      follow_ = false;
      top_ += kStep;  // draw() keeps it inside
      return true;
    default: break;
  }
  if (!box_.contains(mouse.x, mouse.y)) return false;
  if (!inner_.contains(mouse.x, mouse.y)) return true;
  return run(top_ + static_cast<std::size_t>(mouse.y - inner_.y));
}

int Menu::needed_width() const {
  constexpr int kGap = 3;
  int width = width_of(title_) + 4;
  for (auto const& item : items_) {
    int const right = width_of(remark(item));
    width = std::max(width, width_of(item.label) + (right > 0 ? kGap + right : 0) + 2);
  }
  return width + 2;
}

void Menu::draw(Canvas& canvas) {
  box_ = centred(canvas, needed_width(), static_cast<int>(items_.size()) + 2);
  if (at_) {
    box_.x = std::clamp(at_->first, 0, canvas.width() - box_.width);
    box_.y = std::clamp(at_->second, 0, canvas.height() - box_.height);
  }
  inner_ = draw_box(canvas, box_, title_, style_.unicode);
  auto const shown = static_cast<std::size_t>(std::max(inner_.height, 0));
  if (shown == 0) return;
  if (follow_) {
    top_ = std::min(top_, chosen_);
    if (chosen_ >= top_ + shown) top_ = chosen_ - shown + 1;
  }
  top_ = std::min(top_, items_.size() - std::min(items_.size(), shown));
  auto const last = std::min(items_.size(), top_ + shown);
  for (auto at = top_; at < last; ++at) {
    draw_item(canvas, {inner_.x, inner_.y + static_cast<int>(at - top_), inner_.width, 1}, at);
  }
  draw_scroll_bar(canvas, inner_, top_, shown, items_.size(), style_.unicode);
}

void Menu::draw_item(Canvas& canvas, Rect const& line, std::size_t at) const {
  auto const& item = items_[at];
  if (item.separator) {
    for (int x = line.x; x < line.x + line.width; ++x) {
      canvas.put(x, line.y, style_.unicode ? "─" : "-", {.ink = Ink::Dim, .ground = Ground::Popup});
    }
    return;
  }
  bool const chosen = at == chosen_ && can_run(at);
  auto const ground = chosen ? Ground::Cursor : Ground::Popup;
  auto const ink = can_run(at) ? Ink::Plain : Ink::Dim;
  auto const ellipsis = style_.unicode ? "…" : "~";
  canvas.fill(line, {.ground = ground});
  int const room = std::max(line.width - 2, 0);
  std::string label;
  base::append_cut(label, item.label, static_cast<std::size_t>(room), ellipsis);
  canvas.put(line.x + 1, line.y, label, {.ink = ink, .ground = ground}, room);
  int const left = room - width_of(label) - 1;
  if (left <= 1) return;
  std::string right;
  base::append_cut(right, remark(item), static_cast<std::size_t>(left), ellipsis);
  canvas.put_right(line.x + 1 + room - left, line.y, right,
                   {.ink = can_run(at) ? Ink::Accent : Ink::Dim, .ground = ground}, left);
}

}  // namespace lastack::ui::tui
