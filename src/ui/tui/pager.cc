#include "ui/tui/pager.hh"

#include <algorithm>
#include <utility>

#include "base/text.hh"
#include "ui/tui/frame_box.hh"

namespace lastack::ui::tui {

Pager::Pager(std::string title, std::vector<std::string> lines, DialogStyle style)
    : title_(std::move(title)), style_(style) {
  set(std::move(lines));
}

void Pager::set(std::vector<std::string> lines) {
  lines_ = std::move(lines);
  widest_ = 0;
  for (auto const& line : lines_) widest_ = std::max(widest_, base::display_width(line));
}

void Pager::append(std::string line) {
  widest_ = std::max(widest_, base::display_width(line));
  // What fits on the screen is its end, too: what comes then is followed.
  if (!lines_.empty() && top_ == last_top()) follows_ = true;
  lines_.push_back(std::move(line));
}

void Pager::on_close(std::function<void()> closed) { closed_ = std::move(closed); }

std::size_t Pager::last_top() const { return lines_.size() - std::min(lines_.size(), shown_); }

void Pager::scroll(std::ptrdiff_t by) {
  auto const last = static_cast<std::ptrdiff_t>(last_top());
  top_ = static_cast<std::size_t>(
      std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(top_) + by, 0, last));
  follows_ = by >= 0 && top_ == last_top();
}

bool Pager::close() {
  auto const closed = std::exchange(closed_, nullptr);
  if (closed) closed();
  return false;
}

bool Pager::key(Key key) {
  auto const page = std::max<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(shown_) - 1, 1);
  auto const all = static_cast<std::ptrdiff_t>(lines_.size());
  constexpr std::size_t kStep = 8;
  switch (key) {
    case kEscape:
    case kEnter:
    case control('c'):
    case 'q': return close();
    case kUp:
    case 'k': scroll(-1); break;
    case kDown:
    case 'j': scroll(1); break;
    case kPageUp:
    case control('b'): scroll(-page); break;
    case kPageDown:
    case control('f'):
    case kSpace: scroll(page); break;
    case kHome:
    case 'g': scroll(-all); break;
    case kEnd:
    case 'G': scroll(all); break;
    case kLeft: left_ -= std::min(left_, kStep); break;
    case kRight: left_ = std::min(left_ + kStep, widest_ - std::min(widest_, room_)); break;
    default: break;
  }
  return true;
}

bool Pager::mouse(Mouse const& mouse) {
  constexpr std::ptrdiff_t kStep = 3;
  if (mouse.button == MouseButton::WheelUp) scroll(-kStep);
  if (mouse.button == MouseButton::WheelDown) scroll(kStep);
  return true;
}

void Pager::draw(Canvas& canvas) {
  constexpr int kMargin = 2;  // of the view that is seen around it, where there is room
  bool const small = canvas.width() < 60 || canvas.height() < 16;
  int const around = small ? 0 : 2 * kMargin;
  auto const box = centred(canvas, canvas.width() - around, canvas.height() - around / 2);
  auto const inner = draw_box(canvas, box, title_, style_.unicode);
  shown_ = static_cast<std::size_t>(std::max(inner.height, 0));
  room_ = static_cast<std::size_t>(std::max(inner.width - 2, 0));
  top_ = follows_ ? last_top() : std::min(top_, last_top());
  left_ = std::min(left_, widest_ - std::min(widest_, room_));
  auto const last = std::min(lines_.size(), top_ + shown_);
  Rect const text{inner.x + 1, inner.y, static_cast<int>(room_), inner.height};
  for (auto at = top_; at < last; ++at) {
    std::string cut;
    base::append_cut(cut, lines_[at], left_ + room_, style_.unicode ? "…" : "~");
    canvas.put_within(text, text.x - static_cast<int>(left_), text.y + static_cast<int>(at - top_),
                      cut, {.ground = Ground::Popup});
  }
  draw_scroll_bar(canvas, inner, top_, shown_, lines_.size(), style_.unicode);
}

}  // namespace lastack::ui::tui
