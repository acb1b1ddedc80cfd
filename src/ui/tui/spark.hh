// A small graph in one line of text.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

namespace lastack::ui::tui {

// The last `width` values, one a column, right-aligned; the highest bar is the largest of them.
void append_spark(std::string& out, std::deque<std::uint32_t> const& values, int width,
                  bool unicode);

}  // namespace lastack::ui::tui
