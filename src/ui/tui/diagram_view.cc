#include "ui/tui/diagram_view.hh"

#include <algorithm>

#include <fmt/format.h>

namespace lastack::ui::tui {
namespace {

constexpr int kWheelStep = 3;

}  // namespace

void DiagramView::refresh(Frame const& frame) { list_.refresh(frame); }

void DiagramView::draw(Canvas& canvas, Rect const& area, Frame const& frame) {
  area_ = area;
  is_list_ = area.width < StatePicture::kWidth;
  if (is_list_) {
    list_.draw(canvas, area, frame);
    return;
  }
  bool const same = made_ && version_ == frame.store.version() && language_ == frame.language &&
                    unicode_ == frame.unicode;
  if (!same) {
    picture_.make(frame);
    version_ = frame.store.version();
    language_ = frame.language;
    unicode_ = frame.unicode;
    made_ = true;
  }
  draw_picture(canvas, area);
}

// In the middle where there is room, scrolled where there is not.
void DiagramView::draw_picture(Canvas& canvas, Rect const& area) {
  auto const& picture = picture_.canvas();
  top_ = std::clamp(top_, 0, std::max(0, picture.height() - area.height));
  auto const left = area.x + (area.width - picture.width()) / 2;
  auto const rows = std::min(area.height, picture.height() - top_);
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < picture.width(); ++x) {
      auto const& glyph = picture.at(x, top_ + y);
      auto style = glyph.style;
      bool const chosen = chosen_ && picture_.box(*chosen_).contains(x, top_ + y);
      if (chosen) style.ground = Ground::Cursor;
      if (glyph.size > 0) {
        canvas.put(left + x, area.y + y, glyph.text(), style);
      } else if (chosen && glyph.width == 1) {
        canvas.put(left + x, area.y + y, " ", style);
      }
    }
  }
}

bool DiagramView::scroll(Action action) {
  auto const page = std::max(1, area_.height - 2);
  switch (action) {
    case Action::Up: --top_; break;
    case Action::Down: ++top_; break;
    case Action::PageUp: top_ -= page; break;
    case Action::PageDown: top_ += page; break;
    case Action::First: top_ = 0; break;
    case Action::Last: top_ = picture_.canvas().height(); break;
    default: return false;
  }
  top_ = std::clamp(top_, 0, std::max(0, picture_.canvas().height() - area_.height));
  return true;
}

bool DiagramView::act(Action action, Frame const& frame) {
  return is_list_ ? list_.act(action, frame) : scroll(action);
}

bool DiagramView::click(Mouse const& mouse, Frame const& frame) {
  if (is_list_) return list_.click(mouse, frame);
  if (mouse.button == MouseButton::WheelUp || mouse.button == MouseButton::WheelDown) {
    auto const action = mouse.button == MouseButton::WheelUp ? Action::Up : Action::Down;
    for (int i = 0; i < kWheelStep; ++i) scroll(action);
    return true;
  }
  auto const left = area_.x + (area_.width - picture_.canvas().width()) / 2;
  chosen_ = picture_.state_at(mouse.x - left, mouse.y - area_.y + top_);
  return chosen_.has_value();
}

bool DiagramView::search(Frame const& frame, bool backwards, bool include_current) {
  return is_list_ && list_.search(frame, backwards, include_current);
}

std::string DiagramView::drill_down() const {
  if (is_list_) return list_.drill_down();
  return chosen_ ? fmt::format("proto tcp and state {}", tcp::name(*chosen_)) : std::string();
}

}  // namespace lastack::ui::tui
