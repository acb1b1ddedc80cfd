#include "filter/number_parser.hh"

#include <algorithm>
#include <charconv>
#include <string>

namespace lastack::filter {
namespace {

constexpr std::uint64_t kLastPort = 65535;
constexpr Range kNothing{1, 0};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Range range_of(Compare compare, std::uint64_t value) {
  switch (compare) {
    case Compare::Less: return value == 0 ? kNothing : Range{0, value - 1};
    case Compare::LessEqual: return {0, value};
    case Compare::Greater: return value == Range{}.high ? kNothing : Range{value + 1, Range{}.high};
    case Compare::GreaterEqual: return {value, Range{}.high};
    default: return {value, value};
  }
}

std::optional<std::uint64_t> read_number(std::string_view text) {
  bool const hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  std::uint64_t value = 0;
  auto const* end = text.data() + text.size();
  auto const [stop, problem] = std::from_chars(text.data(), end, value, hexadecimal ? 16 : 10);
  if (problem != std::errc{} || stop != end) return std::nullopt;
  return value;
}

Parsed<std::optional<std::uint16_t>> parse_port(Piece piece, NameLookup const& names) {
  if (piece.text.empty()) {
    return error_at(piece.offset, "expected a port number or a service name after ':'");
  }
  if (piece.text == "*") return std::nullopt;
  if (std::ranges::all_of(piece.text, is_digit)) {
    auto const number = read_number(piece.text);
    if (number && *number <= kLastPort) return static_cast<std::uint16_t>(*number);
    return error_at(piece.offset, "port " + quoted(piece.text) +
                                      " is out of range; expected 0 to 65535 or a service name");
  }
  if (auto const port = names.service_port(piece.text)) return *port;
  return error_at(piece.offset,
                  "unknown service " + quoted(piece.text) +
                      "; expected a port number from 0 to 65535 or a name from /etc/services");
}

}  // namespace lastack::filter
