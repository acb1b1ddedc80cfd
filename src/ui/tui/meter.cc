#include "ui/tui/meter.hh"

#include <algorithm>

namespace lastack::ui::tui {

void append_meter(std::string& out, std::uint64_t used, std::uint64_t limit, int width,
                  bool unicode) {
  auto const room = static_cast<std::uint64_t>(std::max(width, 0));
  auto const inside = std::min(used, limit);
  auto filled = limit == 0 ? 0 : inside * room / limit;
  if (inside > 0) filled = std::max<std::uint64_t>(filled, 1);
  for (std::uint64_t i = 0; i < room; ++i) {
    out += i < filled ? (unicode ? "█" : "#") : (unicode ? "░" : ".");
  }
}

}  // namespace lastack::ui::tui
