#include "filter/address_literal.hh"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace lastack::filter {
namespace {

std::optional<std::uint8_t> read_byte(std::string_view digits) {
  if (digits.size() > 1 && digits.starts_with('0')) return std::nullopt;
  std::uint8_t value = 0;
  auto const* end = digits.data() + digits.size();
  auto const [stop, problem] = std::from_chars(digits.data(), end, value);
  if (problem != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<AddressLiteral> read_v6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != text.npos) return std::nullopt;
  std::ranges::copy(text, terminated.begin());
  AddressLiteral out{{}, model::Family::Inet6, 16};
  if (inet_pton(AF_INET6, terminated.data(), out.address.bytes.data()) != 1) return std::nullopt;
  return out;
}

std::optional<AddressLiteral> read_v4(std::string_view text) {
  AddressLiteral out;
  while (out.bytes < 4) {
    auto const end = std::min(text.find('.'), text.size());
    auto const value = read_byte(text.substr(0, end));
    if (!value) return std::nullopt;
    out.address.bytes[out.bytes++] = *value;
    if (end == text.size()) return out;
    text.remove_prefix(end + 1);
  }
  return std::nullopt;
}

}  // namespace lastack::filter
