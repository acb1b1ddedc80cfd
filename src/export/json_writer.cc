#include "export/json_writer.hh"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "base/text.hh"

namespace lastack::exporting {
namespace {

struct CodePoint {
  std::uint32_t value;
  std::size_t bytes;
};

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// Beyond ASCII: what moves a terminal's cursor, reorders text or breaks a line.
constexpr auto kUnsafe = std::to_array<Range>({
    {0x7f, 0x9f},      // DEL, C1 controls
    {0xad, 0xad},      // soft hyphen
    {0x61c, 0x61c},    // Arabic letter mark
    {0x200b, 0x200f},  // zero width, direction marks
    {0x2028, 0x202e},  // line and paragraph separators, bidirectional overrides
    {0x2060, 0x206f},  // invisible operators, isolates
    {0xfeff, 0xfeff},  // byte order mark
});

bool is_unsafe(std::uint32_t value) {
  return value < 0x20 ||
         std::ranges::any_of(
             kUnsafe, [value](Range range) { return value >= range.first && value <= range.last; });
}

bool is_plain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

constexpr std::uint64_t in_each_byte(std::uint64_t value) { return value * 0x0101010101010101; }
constexpr std::uint64_t kHighBits = in_each_byte(0x80);

// Nonzero where a byte of `word` is less than `limit` (at most 0x80).
constexpr std::uint64_t any_less(std::uint64_t word, std::uint64_t limit) {
  return (word - in_each_byte(limit)) & ~word & kHighBits;
}
constexpr std::uint64_t any_equal(std::uint64_t word, char c) {
  return any_less(word ^ in_each_byte(static_cast<unsigned char>(c)), 1);
}

// Most of all JSON is plain text: eight bytes at a time.
bool all_plain(std::string_view text) {
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    auto const special = (word & kHighBits) | any_less(word, 0x20) | any_equal(word, 0x7f) |
                         any_equal(word, '"') | any_equal(word, '\\');
    if (special != 0) return false;
    text.remove_prefix(sizeof word);
  }
  return std::ranges::all_of(text, is_plain);
}

// `text` is valid UTF-8 and not empty.
CodePoint decode_valid(std::string_view text) {
  auto const lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  std::size_t const bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  std::uint32_t value = lead & (0xffU >> (bytes + 1));
  for (auto const c : text.substr(1, bytes - 1)) {
    value = value << 6U | (static_cast<unsigned char>(c) & 0x3fU);
  }
  return {value, bytes};
}

// Every code point of kUnsafe fits four hexadecimal digits.
void append_unicode_escape(std::string& out, std::uint32_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[value >> shift & 0xfU];
}

void append_escaped(std::string& out, std::uint32_t value) {
  switch (value) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: append_unicode_escape(out, value);
  }
}

void append_valid(std::string& out, std::string_view text) {
  while (!text.empty()) {
    auto const point = decode_valid(text);
    if (point.value == '"' || point.value == '\\' || is_unsafe(point.value)) {
      append_escaped(out, point.value);
    } else {
      out += text.substr(0, point.bytes);
    }
    text.remove_prefix(point.bytes);
  }
}

void append_any(std::string& out, std::string_view text) {
  if (base::is_valid_utf8(text)) {
    append_valid(out, text);
    return;
  }
  std::string valid;
  base::append_valid_utf8(valid, text);
  append_valid(out, valid);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  if (all_plain(text)) return append_quoted(out, text);
  out += '"';
  append_any(out, text);
  out += '"';
}

}  // namespace lastack::exporting
