#include "ui/tui/ascii.hh"

#include <algorithm>
#include <array>
#include <utility>

namespace lastack::ui::tui {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;
constexpr auto kPairs = std::to_array<Pair>({
    {"…", "."}, {"·", "."}, {"•", "*"}, {"✓", "*"}, {"×", "x"}, {"–", "-"}, {"—", "-"}, {"−", "-"},
    {"→", ">"}, {"←", "<"}, {"↑", "^"}, {"↓", "v"}, {"▶", ">"}, {"◀", "<"}, {"▲", "^"}, {"▼", "v"},
    {"▸", ">"}, {"▾", "v"}, {"─", "-"}, {"━", "-"}, {"═", "="}, {"│", "|"}, {"┃", "#"}, {"║", "|"},
    {"┌", "+"}, {"┐", "+"}, {"└", "+"}, {"┘", "+"}, {"├", "+"}, {"┤", "+"}, {"┬", "+"}, {"┴", "+"},
    {"┼", "+"}, {"╭", "+"}, {"╮", "+"}, {"╰", "+"}, {"╯", "+"}, {"▁", "_"}, {"▂", "."}, {"▃", "."},
    {"▄", "-"}, {"▅", "-"}, {"▆", "="}, {"▇", "="}, {"█", "#"}, {"░", "."}, {"▒", ":"}, {"▓", "#"},
});

}  // namespace

std::string_view ascii_for(std::string_view character) {
  if (character.size() == 1) return character;
  auto const* const found = std::ranges::find(kPairs, character, &Pair::first);
  return found == kPairs.end() ? std::string_view("?") : found->second;
}

}  // namespace lastack::ui::tui
