#include "ui/tui/spark.hh"

#include <algorithm>
#include <array>
#include <string_view>

namespace lastack::ui::tui {
namespace {

constexpr std::array<std::string_view, 9> kBars{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 9> kAscii{" ", "_", ".", ".", "-", "-", "=", "=", "#"};

}  // namespace

void append_spark(std::string& out, std::deque<std::uint32_t> const& values, int width,
                  bool unicode) {
  auto const room = static_cast<std::size_t>(std::max(width, 0));
  auto const shown = std::min(room, values.size());
  out.append(room - shown, ' ');
  auto const first = values.end() - static_cast<std::ptrdiff_t>(shown);
  auto const highest = shown == 0 ? 0 : *std::max_element(first, values.end());
  for (auto value = first; value != values.end(); ++value) {
    // Zero is nothing; all else is seen.
    auto const level =
        *value == 0 ? 0 : 1 + static_cast<std::uint64_t>(*value) * 7 / std::max(highest, 1U);
    out += (unicode ? kBars : kAscii)[level];
  }
}

}  // namespace lastack::ui::tui
