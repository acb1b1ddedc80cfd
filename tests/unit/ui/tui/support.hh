// A canvas as it was drawn, and keys as they are typed.
#pragma once

#include <string>
#include <string_view>

#include "ui/tui/canvas.hh"
#include "ui/tui/dialog_style.hh"
#include "ui/tui/overlay.hh"

namespace lastack::ui::tui::test {

inline constexpr DialogStyle kEnglish{.language = base::Language::English, .unicode = true};
inline constexpr DialogStyle kChinese{.language = base::Language::Chinese, .unicode = true};
inline constexpr DialogStyle kAscii{.language = base::Language::English, .unicode = false};

template <typename Drawn>
std::string drawn(Drawn& what, int width = 80, int height = 24) {
  Canvas canvas(width, height);
  what.draw(canvas);
  return canvas.text();
}

// Every character typed; false as soon as it is done.
template <typename Typed>
bool type(Typed& into, std::string_view ascii) {
  for (char const c : ascii) {
    if (!into.key(static_cast<Key>(static_cast<unsigned char>(c)))) return false;
  }
  return true;
}

// Text of the cells on that ground, in reading order.
inline std::string on_ground(Canvas const& canvas, Ground ground) {
  std::string text;
  for (int y = 0; y < canvas.height(); ++y) {
    for (int x = 0; x < canvas.width(); ++x) {
      auto const& glyph = canvas.at(x, y);
      if (glyph.style.ground != ground || glyph.width == 0) continue;
      if (glyph.size == 0) {
        text += ' ';
      } else {
        text += glyph.text();
      }
    }
  }
  return text;
}

template <typename Drawn>
std::string drawn_on(Drawn& what, Ground ground, int width = 80, int height = 24) {
  Canvas canvas(width, height);
  what.draw(canvas);
  return on_ground(canvas, ground);
}

// Where `text` begins on the canvas; {-1, -1} where it does not stand.
struct Place {
  int x = -1;
  int y = -1;
};
inline Place place_of(Canvas const& canvas, std::string_view text) {
  for (int y = 0; y < canvas.height(); ++y) {
    std::string line;
    std::string::size_type found = 0;
    for (int x = canvas.width() - 1; x >= 0; --x) {
      auto const& glyph = canvas.at(x, y);
      if (glyph.width == 0) continue;
      line.insert(0, glyph.size == 0 ? std::string_view(" ") : glyph.text());
      found = line.find(text);
      if (found == 0) return {x, y};
    }
  }
  return {};
}

inline Mouse click(Place place) {
  return {.x = place.x, .y = place.y, .button = MouseButton::Left};
}

}  // namespace lastack::ui::tui::test
