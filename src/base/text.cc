#include "base/text.hh"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <vector>

#include <fmt/format.h>

namespace lastack::base {
namespace {

struct CodePoint {
  std::int32_t value;  // -1: the byte at this place is not valid UTF-8
  std::size_t bytes;   // at least 1
};

CodePoint decode(std::string_view text) {
  utf8proc_int32_t value = -1;
  auto const* bytes = reinterpret_cast<utf8proc_uint8_t const*>(text.data());
  auto const used = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (used <= 0) return {-1, 1};
  return {value, static_cast<std::size_t>(used)};
}

bool is_plain_ascii(char c) { return c >= 0x20 && c < 0x7f && c != '\\'; }

bool is_shown(std::int32_t value) {
  switch (utf8proc_category(value)) {
    case UTF8PROC_CATEGORY_CC:  // control
    case UTF8PROC_CATEGORY_CF:  // format: bidirectional overrides, zero-width joiners
    case UTF8PROC_CATEGORY_CS:  // surrogate
    case UTF8PROC_CATEGORY_CN:  // unassigned
    case UTF8PROC_CATEGORY_CO:  // private use
    case UTF8PROC_CATEGORY_ZL:  // line separator
    case UTF8PROC_CATEGORY_ZP:  // paragraph separator
      return false;
    default: return true;
  }
}

void append_escaped(std::string& out, CodePoint point, unsigned char first_byte) {
  switch (point.value) {
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    case 0x1b: out += "\\e"; return;
    default: break;
  }
  if (point.value < 0x80) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", first_byte);
  } else {
    fmt::format_to(std::back_inserter(out), "\\u{{{:04x}}}", static_cast<unsigned>(point.value));
  }
}

void append_shown(std::string& out, std::string_view bytes, CodePoint point) {
  if (point.value != '\\' && point.value >= 0 && is_shown(point.value)) {
    out += bytes;
  } else {
    append_escaped(out, point, static_cast<unsigned char>(bytes.front()));
  }
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

void append_printable(std::string& out, std::string_view text) {
  if (std::ranges::all_of(text, is_plain_ascii)) {
    out += text;
    return;
  }
  while (!text.empty()) {
    auto const point = decode(text);
    append_shown(out, text.substr(0, point.bytes), point);
    text.remove_prefix(point.bytes);
  }
}

void append_message(std::string& out, std::string_view text) {
  for (;;) {
    auto const backslash = text.find('\\');
    append_printable(out, text.substr(0, backslash));
    if (backslash == std::string_view::npos) return;
    out += '\\';
    text.remove_prefix(backslash + 1);
  }
}

std::string printable(std::string_view text) {
  std::string out;
  append_printable(out, text);
  return out;
}

void append_valid_utf8(std::string& out, std::string_view text) {
  while (!text.empty()) {
    auto const point = decode(text);
    if (point.value >= 0) {
      out += text.substr(0, point.bytes);
    } else {
      out += "\xEF\xBF\xBD";  // U+FFFD
    }
    text.remove_prefix(point.bytes);
  }
}

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    auto const point = decode(text);
    if (point.value < 0) return false;
    text.remove_prefix(point.bytes);
  }
  return true;
}

std::size_t display_width(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; })) return text.size();
  std::size_t width = 0;
  while (!text.empty()) {
    auto const point = decode(text);
    width += point.value < 0 ? 1 : static_cast<std::size_t>(utf8proc_charwidth(point.value));
    text.remove_prefix(point.bytes);
  }
  return width;
}

void append_cut(std::string& out, std::string_view text, std::size_t width,
                std::string_view ellipsis) {
  if (display_width(text) <= width) {
    out += text;
    return;
  }
  auto const mark_width = display_width(ellipsis);
  std::size_t room = width > mark_width ? width - mark_width : 0;
  while (!text.empty()) {
    auto const point = decode(text);
    auto const wide =
        point.value < 0 ? 1 : static_cast<std::size_t>(utf8proc_charwidth(point.value));
    if (wide > room) break;
    out += text.substr(0, point.bytes);
    room -= wide;
    text.remove_prefix(point.bytes);
  }
  if (width >= mark_width) out += ellipsis;
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      auto const substitute = diagonal + (lower(a[i]) == lower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j + 1] + 1, row[j] + 1, substitute});
    }
  }
  return row[b.size()];
}

}  // namespace lastack::base
