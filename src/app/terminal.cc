#include "app/terminal.hh"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <string>
#include <string_view>

namespace lastack::app {

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

namespace {

std::optional<winsize> size_of_terminal() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return std::nullopt;
  return size;
}

std::optional<std::size_t> if_known(std::size_t cells) {
  return cells == 0 ? std::nullopt : std::optional(cells);
}

}  // namespace

std::optional<std::size_t> terminal_width() {
  auto const size = size_of_terminal();
  return size ? if_known(size->ws_col) : std::nullopt;
}

std::optional<std::size_t> terminal_height() {
  auto const size = size_of_terminal();
  return size ? if_known(size->ws_row) : std::nullopt;
}

bool moves_cursor() {
  auto const* term = std::getenv("TERM");
  return term != nullptr && std::string_view(term) != "dumb" && *term != '\0';
}

bool wants_color(Color color) {
  if (color != Color::Auto) return color == Color::Always;
  auto const* no_color = std::getenv("NO_COLOR");
  return stdout_is_terminal() && (no_color == nullptr || *no_color == '\0');
}

bool speaks_utf8() {
  for (auto const* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    auto const* value = std::getenv(variable);
    if (value == nullptr || *value == '\0') continue;
    std::string locale(value);
    std::ranges::transform(locale, locale.begin(), [](unsigned char c) { return std::tolower(c); });
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace lastack::app
