#include "app/whole_number.hh"

#include <algorithm>

#include "base/text.hh"

namespace lastack::app {

std::string whole_number(std::string const& text) {
  bool const digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return digits && !text.empty() ? "" : "'" + base::printable(text) + "' is no number from 0 on";
}

}  // namespace lastack::app
