#include "ui/tui/utf8.hh"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace lastack::ui::tui {
namespace {

struct Step {
  std::size_t bytes = 1;
  bool combines = false;
};

Step step_at(std::string_view text, std::size_t at) {
  utf8proc_int32_t value = -1;
  auto const rest = text.substr(at);
  auto const used = utf8proc_iterate(reinterpret_cast<utf8proc_uint8_t const*>(rest.data()),
                                     static_cast<utf8proc_ssize_t>(rest.size()), &value);
  if (used <= 0) return {};
  return {static_cast<std::size_t>(used), value >= 0x80 && utf8proc_charwidth(value) == 0};
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80; }

}  // namespace

std::size_t next_character(std::string_view text, std::size_t at) {
  if (at >= text.size()) return text.size();
  at += step_at(text, at).bytes;
  while (at < text.size()) {
    auto const step = step_at(text, at);
    if (!step.combines) break;
    at += step.bytes;
  }
  return at;
}

std::size_t previous_character(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  while (at > 0) {
    do --at;
    while (at > 0 && is_continuation(text[at]));
    if (!step_at(text, at).combines) break;
  }
  return at;
}

void append_utf8(std::string& out, Key code_point) {
  if (utf8proc_codepoint_valid(static_cast<utf8proc_int32_t>(code_point)) == 0) {
    code_point = 0xFFFD;
  }
  std::array<utf8proc_uint8_t, 4> bytes{};
  auto const size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes.data());
  out.append(reinterpret_cast<char const*>(bytes.data()), static_cast<std::size_t>(size));
}

}  // namespace lastack::ui::tui
