// How text looks on the screen, said by its meaning; the terminal knows its colours.
#pragma once

#include <cstdint>

namespace lastack::ui::tui {

// Foreground.
enum class Ink : std::uint8_t {
  Plain,
  Dim,
  Title,
  Accent,   // keys, links
  Good,     // LISTEN, ESTABLISHED
  Calm,     // opening and closing states that pass by themselves
  Warning,  // CLOSE_WAIT, LAST_ACK …: look at it if it stays
  Bad,      // errors, faults
};
inline constexpr int kInkCount = 8;

// Background.
enum class Ground : std::uint8_t {
  Plain,
  New,      // a row that has just appeared: green
  Changed,  // … changed its state: yellow
  Gone,     // … is gone: red
  Bar,      // header and status lines
  Cursor,
  Tagged,
  Match,  // found by search
  Popup,
};
inline constexpr int kGroundCount = 9;

struct Style {
  Ink ink = Ink::Plain;
  Ground ground = Ground::Plain;
  bool bold = false;
  bool underline = false;

  bool operator==(Style const&) const = default;
};

}  // namespace lastack::ui::tui
