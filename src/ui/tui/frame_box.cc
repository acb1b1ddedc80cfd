#include "ui/tui/frame_box.hh"

#include <algorithm>
#include <string>

#include "base/text.hh"

namespace lastack::ui::tui {
namespace {

struct Border {
  std::string_view across, down, top_left, top_right, bottom_left, bottom_right, thumb;
};
constexpr Border kLines{.across = "─",
                        .down = "│",
                        .top_left = "┌",
                        .top_right = "┐",
                        .bottom_left = "└",
                        .bottom_right = "┘",
                        .thumb = "█"};
constexpr Border kAscii{.across = "-",
                        .down = "|",
                        .top_left = "+",
                        .top_right = "+",
                        .bottom_left = "+",
                        .bottom_right = "+",
                        .thumb = "#"};

constexpr Style kBorder{.ink = Ink::Dim, .ground = Ground::Popup};

std::string_view ellipsis(bool unicode) { return unicode ? "…" : "~"; }

}  // namespace

Rect draw_box(Canvas& canvas, Rect area, std::string_view title, bool unicode) {
  auto const& border = unicode ? kLines : kAscii;
  canvas.fill(area, {.ground = Ground::Popup});
  if (area.width < 2 || area.height < 2) return {area.x, area.y, 0, 0};
  int const right = area.x + area.width - 1;
  int const bottom = area.y + area.height - 1;
  for (int x = area.x + 1; x < right; ++x) {
    canvas.put(x, area.y, border.across, kBorder);
    canvas.put(x, bottom, border.across, kBorder);
  }
  for (int y = area.y + 1; y < bottom; ++y) {
    canvas.put(area.x, y, border.down, kBorder);
    canvas.put(right, y, border.down, kBorder);
  }
  canvas.put(area.x, area.y, border.top_left, kBorder);
  canvas.put(right, area.y, border.top_right, kBorder);
  canvas.put(area.x, bottom, border.bottom_left, kBorder);
  canvas.put(right, bottom, border.bottom_right, kBorder);
  constexpr int kTitleMargins = 6;  // corner, line and blank on both sides
  if (!title.empty() && area.width > kTitleMargins) {
    std::string text = " ";
    base::append_cut(text, title, static_cast<std::size_t>(area.width - kTitleMargins),
                     ellipsis(unicode));
    text += ' ';
    canvas.put(area.x + 2, area.y, text, {.ink = Ink::Title, .ground = Ground::Popup, .bold = true},
               area.width - 4);
  }
  return {area.x + 1, area.y + 1, area.width - 2, area.height - 2};
}

Rect centred(Canvas const& canvas, int width, int height) {
  width = std::clamp(width, 0, canvas.width());
  height = std::clamp(height, 0, canvas.height());
  return {(canvas.width() - width) / 2, (canvas.height() - height) / 2, width, height};
}

void draw_scroll_bar(Canvas& canvas, Rect const& inner, std::size_t top, std::size_t shown,
                     std::size_t count, bool unicode) {
  if (shown == 0 || count <= shown || inner.height < 1) return;
  auto const track = static_cast<std::size_t>(inner.height);
  auto const length = std::max<std::size_t>(1, track * shown / count);
  auto const begin = (track - length) * std::min(top, count - shown) / (count - shown);
  auto const& border = unicode ? kLines : kAscii;
  for (std::size_t i = 0; i < length; ++i) {
    canvas.put(inner.x + inner.width, inner.y + static_cast<int>(begin + i), border.thumb, kBorder);
  }
}

}  // namespace lastack::ui::tui
