// Texts in columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/text.hh"

namespace lastack::ui {

// Appends `text`, which is printable, and blanks up to that width on a terminal.
inline void append_padded(std::string& out, std::string_view text, std::size_t width) {
  out += text;
  auto const taken = base::display_width(text);
  out.append(taken < width ? width - taken : 0, ' ');
}

}  // namespace lastack::ui
