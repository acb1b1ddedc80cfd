// How full something is, in one line of text.
#pragma once

#include <cstdint>
#include <string>

namespace lastack::ui::tui {

// "███░░░": how much of `limit` is used.
void append_meter(std::string& out, std::uint64_t used, std::uint64_t limit, int width,
                  bool unicode);

}  // namespace lastack::ui::tui
