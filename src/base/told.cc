#include "base/told.hh"

#include <string_view>

namespace lastack::base {

std::string Told::in(Language language) const {
  std::string out;
  auto text = phrase.in(language);
  while (!text.empty()) {
    auto const open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    bool const is_number = text.size() >= 3 && text[1] >= '0' && text[1] <= '9' && text[2] == '}';
    auto const index = is_number ? static_cast<std::size_t>(text[1] - '0') : values.size();
    if (index < values.size()) {
      out += values[index];
      text.remove_prefix(3);
    } else {
      out += '{';
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace lastack::base
