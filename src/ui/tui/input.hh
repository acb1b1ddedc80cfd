// What the user does: keys and the mouse, as the terminal has decoded them.
#pragma once

#include <cstdint>

namespace lastack::ui::tui {

// A character is its code point; control characters are Ctrl(...); the rest has names above
// Unicode's range. Alt+x comes as kAlt | x.
using Key = std::uint32_t;

inline constexpr Key kFirstNamed = 0x110000;
inline constexpr Key kAlt = 0x1000000;
enum NamedKey : Key {
  kEscape = 0x1b,
  kEnter = 0x0d,
  kTab = 0x09,
  kSpace = 0x20,
  kUp = kFirstNamed,
  kDown = kFirstNamed + 1,
  kLeft = kFirstNamed + 2,
  kRight = kFirstNamed + 3,
  kHome = kFirstNamed + 4,
  kEnd = kFirstNamed + 5,
  kPageUp = kFirstNamed + 6,
  kPageDown = kFirstNamed + 7,
  kInsert = kFirstNamed + 8,
  kDelete = kFirstNamed + 9,
  kBackspace = kFirstNamed + 10,
  kBackTab = kFirstNamed + 11,  // Shift+Tab
  kF1 = kFirstNamed + 12,
  kF2 = kFirstNamed + 13,
  kF3 = kFirstNamed + 14,
  kF4 = kFirstNamed + 15,
  kF5 = kFirstNamed + 16,
  kF6 = kFirstNamed + 17,
  kF7 = kFirstNamed + 18,
  kF8 = kFirstNamed + 19,
  kF9 = kFirstNamed + 20,
  kF10 = kFirstNamed + 21,
  kF11 = kFirstNamed + 22,
  kF12 = kFirstNamed + 23,
};
[[nodiscard]] constexpr Key control(char letter) { return static_cast<Key>(letter) & 0x1fU; }

enum class MouseButton : std::uint8_t { Left, DoubleLeft, Middle, Right, WheelUp, WheelDown };

struct Mouse {
  int x = 0;
  int y = 0;
  MouseButton button = MouseButton::Left;
};

}  // namespace lastack::ui::tui
