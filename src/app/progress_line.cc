#include "app/progress_line.hh"

#include <unistd.h>

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace lastack::app {
namespace {

void write_line(std::string_view text) {
  // Who cannot see it does not miss it.
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

}  // namespace

ProgressLine::ProgressLine(std::string_view what)
    : what_(what), shown_(::isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  if (shown_) write_line("\r\x1b[K");
}

void ProgressLine::show(std::size_t done, std::size_t all) const {
  if (!shown_ || all == 0) return;
  constexpr std::size_t kWidth = 40;
  auto const filled = std::min(kWidth, kWidth * done / all);
  write_line(fmt::format("\r[{}{}] {} of {} {}", std::string(filled, '#'),
                         std::string(kWidth - filled, ' '), done, all, what_));
}

}  // namespace lastack::app
