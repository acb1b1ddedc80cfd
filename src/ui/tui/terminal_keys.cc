#include "ui/tui/terminal_keys.hh"

#include <curses.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lastack::ui::tui {
namespace {

using Pair = std::pair<int, Key>;
constexpr auto kKeys = std::to_array<Pair>({
    {KEY_UP, kUp},
    {KEY_DOWN, kDown},
    {KEY_LEFT, kLeft},
    {KEY_RIGHT, kRight},
    {KEY_HOME, kHome},
    {KEY_FIND, kHome},
    {KEY_END, kEnd},
    {KEY_SELECT, kEnd},
    {KEY_PPAGE, kPageUp},
    {KEY_NPAGE, kPageDown},
    {KEY_IC, kInsert},
    {KEY_DC, kDelete},
    {KEY_BACKSPACE, kBackspace},
    {KEY_BTAB, kBackTab},
    {KEY_ENTER, kEnter},
});
constexpr unsigned kDel = 0x7f;

}  // namespace

Key key_of_curses(int code) {
  if (code >= KEY_F(1) && code <= KEY_F(12)) return kF1 + static_cast<Key>(code - KEY_F(1));
  auto const* const found = std::ranges::find(kKeys, code, &Pair::first);
  return found == kKeys.end() ? 0 : found->second;
}

Key key_of_character(unsigned character) {
  switch (character) {
    case '\n': return kEnter;
    case '\b':
    case kDel: return kBackspace;
    default: return character;
  }
}

}  // namespace lastack::ui::tui
