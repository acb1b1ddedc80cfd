#include "ui/tui/question.hh"

#include <algorithm>
#include <utility>

#include "base/text.hh"
#include "ui/tui/frame_box.hh"

namespace lastack::ui::tui {
namespace {

constexpr int kButtonGap = 2;

int width_of(std::string_view text) { return static_cast<int>(base::display_width(text)); }

std::string face(Question::Button const& button) { return "[ " + button.label + " ]"; }

}  // namespace

Question::Question(std::string title, std::vector<std::string> lines, std::vector<Button> buttons,
                   std::size_t preselected, DialogStyle style)
    : title_(std::move(title)),
      lines_(std::move(lines)),
      buttons_(std::move(buttons)),
      chosen_(buttons_.empty() ? 0 : std::min(preselected, buttons_.size() - 1)),
      style_(style) {}

// The callback may put another overlay in this one's place: nothing of this is used after it.
bool Question::run(std::size_t at) {
  if (at >= buttons_.size()) return false;
  auto const what = std::move(buttons_[at].run);
  if (what) what();
  return false;
}

void Question::choose(int by) {
  auto const count = static_cast<int>(buttons_.size());
  if (count == 0) return;
  chosen_ = static_cast<std::size_t>((static_cast<int>(chosen_) + by + count) % count);
}

void Question::scroll(int by) {
  auto const most = static_cast<int>(lines_.size() - std::min(lines_.size(), shown_));
  top_ = static_cast<std::size_t>(std::clamp(static_cast<int>(top_) + by, 0, most));
}

bool Question::key(Key key) {
  auto const hot = std::ranges::find_if(
      buttons_, [&](Button const& button) { return button.hot != 0 && button.hot == key; });
  if (hot != buttons_.end()) return run(static_cast<std::size_t>(hot - buttons_.begin()));
  int const page = std::max(static_cast<int>(shown_) - 1, 1);
  switch (key) {
    case kEscape:
    case control('c'): return false;
    case kEnter: return run(chosen_);
    case kTab:
    case kRight: choose(1); break;
    case kBackTab:
    case kLeft: choose(-1); break;
    case kUp: scroll(-1); break;
    case kDown: scroll(1); break;
    case kPageUp: scroll(-page); break;
    case kPageDown: scroll(page); break;
    default: break;
  }
  return true;
}

bool Question::mouse(Mouse const& mouse) {
  constexpr int kStep = 3;
  switch (mouse.button) {
    case MouseButton::WheelUp: scroll(-kStep); return true;
    case MouseButton::WheelDown: scroll(kStep); return true;
    case MouseButton::Left: break;
    default: return true;
  }
  // Outside is nothing: a slip is not an answer.
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (places_[i].contains(mouse.x, mouse.y)) return run(i);
  }
  return true;
}

int Question::buttons_width() const {
  int width = 0;
  for (auto const& button : buttons_) width += width_of(face(button)) + kButtonGap;
  return width;
}

// The lines, a blank, the buttons: in as many lines as they need.
void Question::draw(Canvas& canvas) {
  int width = std::max(width_of(title_) + 6, buttons_width() + 2);
  for (auto const& line : lines_) width = std::max(width, width_of(line) + 4);
  width = std::min(width, canvas.width());

  int rows = buttons_.empty() ? 0 : 1;
  int x = 0;
  for (auto const& button : buttons_) {
    int const wide = width_of(face(button));
    if (x > 0 && x + wide > width - 4) {
      ++rows;
      x = 0;
    }
    x += wide + kButtonGap;
  }
  int const below = rows > 0 ? rows + 1 : 0;
  auto const box = centred(canvas, width, static_cast<int>(lines_.size()) + below + 2);
  auto const inner = draw_box(canvas, box, title_, style_.unicode);
  int const for_buttons = std::min(rows, inner.height);
  int const blank = inner.height > rows + 1 && rows > 0 ? 1 : 0;
  draw_lines(canvas,
             {inner.x, inner.y, inner.width, std::max(inner.height - for_buttons - blank, 0)});
  draw_buttons(canvas, {inner.x, inner.y + inner.height - for_buttons, inner.width, for_buttons});
}

void Question::draw_lines(Canvas& canvas, Rect const& area) {
  shown_ = static_cast<std::size_t>(area.height);
  scroll(0);
  auto const last = std::min(lines_.size(), top_ + shown_);
  for (auto at = top_; at < last; ++at) {
    std::string cut;
    base::append_cut(cut, lines_[at], static_cast<std::size_t>(std::max(area.width - 2, 0)),
                     style_.unicode ? "…" : "~");
    canvas.put(area.x + 1, area.y + static_cast<int>(at - top_), cut, {.ground = Ground::Popup});
  }
  draw_scroll_bar(canvas, area, top_, shown_, lines_.size(), style_.unicode);
}

void Question::draw_buttons(Canvas& canvas, Rect const& area) {
  places_.clear();
  // One line of buttons stands in the middle.
  int x = area.x + 1;
  if (area.height == 1) x = std::max(x, area.x + (area.width - buttons_width() + kButtonGap) / 2);
  int y = area.y;
  for (std::size_t i = 0; i < buttons_.size(); ++i) {
    auto const text = face(buttons_[i]);
    int const wide = width_of(text);
    if (x > area.x + 1 && x + wide > area.x + area.width - 1) {
      x = area.x + 1;
      ++y;
    }
    if (y >= area.y + area.height) break;
    bool const chosen = i == chosen_;
    int const room = std::max(area.x + area.width - x, 0);
    canvas.put(x, y, text,
               {.ink = chosen ? Ink::Plain : Ink::Accent,
                .ground = chosen ? Ground::Cursor : Ground::Popup,
                .bold = chosen},
               room);
    places_.push_back({x, y, std::min(wide, room), 1});
    x += wide + kButtonGap;
  }
}

}  // namespace lastack::ui::tui
