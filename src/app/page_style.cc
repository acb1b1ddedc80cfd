#include "app/page_style.hh"

#include <algorithm>

namespace lastack::app {

ui::PageStyle page_style(base::Language language, Color color) {
  constexpr std::size_t kUsualWidth = 80;
  constexpr std::size_t kWidest = 110;  // longer lines are hard to read
  auto const width = terminal_width().value_or(kUsualWidth);
  return {.language = language,
          .width = std::min(width, kWidest),
          .color = wants_color(color),
          .unicode = speaks_utf8() || language == base::Language::Chinese};
}

}  // namespace lastack::app
