#include "ui/tui/background.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace lastack::ui::tui {
namespace {

constexpr std::string_view kAnswer = "\x1b]11;";
constexpr auto kTelling = std::to_array<std::string_view>(
    {"xterm", "rxvt", "tmux", "kitty", "alacritty", "foot", "wezterm", "ghostty", "konsole",
     "gnome", "vte", "contour", "st-"});

// 0 to 1; "ff" and "ffff" are the same.
std::optional<double> channel(std::string_view digits) {
  unsigned value = 0;
  auto const [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.size() > 4) return {};
  auto const largest = (1U << (4 * digits.size())) - 1;
  return static_cast<double>(value) / largest;
}

std::optional<bool> is_light(std::string_view color) {
  auto const colon = color.find(':');
  if (!color.starts_with("rgb") || colon == std::string_view::npos) return {};
  color.remove_prefix(colon + 1);
  std::array<double, 3> parts{};
  for (auto& part : parts) {
    auto const end = std::min(color.find('/'), color.size());
    auto const value = channel(color.substr(0, end));
    if (!value) return {};
    part = *value;
    color.remove_prefix(std::min(end + 1, color.size()));
  }
  // Luma as of ITU-R BT.709.
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] > 0.5;
}

}  // namespace

std::optional<bool> take_background(std::string& input) {
  auto const begin = input.find(kAnswer);
  if (begin == std::string::npos) return {};
  auto const text = begin + kAnswer.size();
  auto const end = input.find_first_of("\x07\x1b", text);
  if (end == std::string::npos) return {};
  auto const is_st = input[end] == '\x1b';
  if (is_st && (end + 1 >= input.size() || input[end + 1] != '\\')) return {};
  auto const light = is_light(std::string_view(input).substr(text, end - text));
  input.erase(begin, end + (is_st ? 2 : 1) - begin);
  return light;
}

std::optional<bool> background_of_variable(std::string_view value) {
  auto const semicolon = value.rfind(';');
  if (semicolon == std::string_view::npos) return {};
  auto const digits = value.substr(semicolon + 1);
  int color = -1;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), color);
  if (error != std::errc() || end != digits.data() + digits.size() || color < 0) return {};
  return color == 7 || (color > 8 && color <= 15);
}

bool may_tell_background(std::string_view term) {
  return std::ranges::any_of(kTelling, [term](auto name) { return term.starts_with(name); });
}

}  // namespace lastack::ui::tui
