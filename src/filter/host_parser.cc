#include "filter/host_parser.hh"

#include <algorithm>
#include <string>

#include "base/text.hh"
#include "filter/address_literal.hh"

namespace lastack::filter {
namespace {

using model::Family;

constexpr std::size_t kLongestHostName = 253;  // RFC 1035 2.3.4, without the final dot

struct Parts {
  Piece address;
  std::optional<Piece> bits;
  std::optional<Piece> port;
};

Piece from(Piece piece, std::size_t at) { return {piece.text.substr(at), piece.offset + at}; }
Piece until(Piece piece, std::size_t at) { return {piece.text.substr(0, at), piece.offset}; }

unsigned bits_in(Family family) { return family == Family::Inet ? 32 : 128; }
std::string_view name_of(Family family) { return family == Family::Inet ? "inet" : "inet6"; }

std::optional<Family> take_family(Piece& piece) {
  for (auto const family : {Family::Inet, Family::Inet6}) {
    auto const name = name_of(family);
    bool const named = piece.text.size() > name.size() && piece.text[name.size()] == ':' &&
                       base::equals_ignoring_case(piece.text.substr(0, name.size()), name);
    if (!named) continue;
    piece = from(piece, name.size() + 1);
    return family;
  }
  return std::nullopt;
}

// Cuts ":port" and "/bits" from behind an address that ends where `tail` begins.
Parsed<Parts> with_tail(Piece address, Piece tail) {
  Parts parts{address, {}, {}};
  if (auto const slash = address.text.find('/'); slash != address.text.npos) {
    parts.bits = from(address, slash + 1);  // [2001:db8::/32]
    parts.address = until(address, slash);
  } else if (tail.text.starts_with('/')) {
    auto const colon = std::min(tail.text.find(':'), tail.text.size());
    parts.bits = from(until(tail, colon), 1);
    tail = from(tail, colon);
  }
  if (tail.text.starts_with(':')) {
    parts.port = from(tail, 1);
  } else if (!tail.text.empty()) {
    return error_at(tail.offset,
                    "expected :port or /bits after the address, found " + quoted(tail.text));
  }
  return parts;
}

Parsed<Parts> split(Piece host) {
  if (host.text.starts_with('[')) {
    auto const close = host.text.find(']');
    if (close == host.text.npos) {
      return error_at(host.offset, "this '[' is never closed; expected ']' after the address");
    }
    return with_tail(from(until(host, close), 1), from(host, close + 1));
  }
  if (auto const slash = host.text.find('/'); slash != host.text.npos) {
    return with_tail(until(host, slash), from(host, slash));
  }
  auto const colon = host.text.rfind(':');
  if (colon == host.text.npos || read_v6(host.text)) return Parts{host, {}, {}};
  auto const before = host.text.substr(0, colon);
  if (before.find(':') != before.npos && !read_v6(before)) return Parts{host, {}, {}};
  return with_tail(until(host, colon), from(host, colon));
}

std::unexpected<SyntaxError> unfinished(AddressLiteral const& literal, Piece address) {
  std::string const text(address.text);
  auto what = quoted(text) + " is not a whole address; expected four bytes, a prefix such as " +
              quoted(text + "/" + std::to_string(literal.bytes * 8));
  if (literal.bytes == 1) what += ", or a port such as " + quoted(":" + text);
  return error_at(address.offset, what);
}

Parsed<HostPattern> pattern_of(AddressLiteral const& literal, Parts const& parts) {
  auto const most = bits_in(literal.family);
  if (parts.bits) {
    auto const bits = read_number(parts.bits->text).value_or(most + 1);
    if (bits <= most) {
      return HostPattern::prefix(literal.address, literal.family, static_cast<unsigned>(bits));
    }
    return error_at(parts.bits->offset, "bad prefix length " +
                                            quoted("/" + std::string(parts.bits->text)) +
                                            "; expected /0 to /" + std::to_string(most));
  }
  if (literal.family == Family::Inet && literal.bytes < 4)
    return unfinished(literal, parts.address);
  return HostPattern::prefix(literal.address, literal.family, most);
}

bool may_be_host_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestHostName && std::ranges::all_of(text, [](char c) {
    auto const byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') || c == '-' || c == '.' || c == '_';
  });
}

Parsed<std::vector<HostPattern>> named_hosts(Parts const& parts, std::optional<Family> family,
                                             NameLookup const& names) {
  auto const& name = parts.address;
  bool const numeric = name.text.find_first_not_of("0123456789.") == name.text.npos;
  if (numeric || !may_be_host_name(name.text)) {
    return error_at(name.offset, quoted(name.text) +
                                     " is not an address; expected one such as 10.0.0.1, 10/8, "
                                     "[2001:db8::1], a host name, * or :port");
  }
  if (parts.bits) {
    return error_at(parts.bits->offset,
                    "a host name takes no prefix length; expected an address "
                    "before '/', found " +
                        quoted(name.text));
  }
  std::vector<HostPattern> out;
  auto const found = names.host_addresses(name.text);
  for (auto const& host : found) {
    if (family && host.family != *family) continue;
    out.push_back(HostPattern::prefix(host.address, host.family, bits_in(host.family)));
  }
  if (found.empty()) {
    return error_at(name.offset, "unknown host " + quoted(name.text) +
                                     "; expected an address or the name of a known host");
  }
  if (family && out.empty()) {
    return error_at(name.offset, "host " + quoted(name.text) + " has no " +
                                     std::string(name_of(*family)) + " address");
  }
  return out;
}

Parsed<std::vector<HostPattern>> addresses_of(Parts const& parts, std::optional<Family> family,
                                              NameLookup const& names) {
  auto const text = parts.address.text;
  auto literal = text.find(':') == text.npos ? read_v4(text) : read_v6(text);
  if (!literal) return named_hosts(parts, family, names);
  if (family && literal->family != *family) {
    return error_at(parts.address.offset,
                    quoted(text) + " is not an " + std::string(name_of(*family)) + " address");
  }
  auto pattern = pattern_of(*literal, parts);
  if (!pattern) return std::unexpected(pattern.error());
  return std::vector{*pattern};
}

}  // namespace

Parsed<HostSpec> parse_host(Piece host, NameLookup const& names) {
  auto const family = take_family(host);
  auto const parts = split(host);
  if (!parts) return std::unexpected(parts.error());
  HostSpec out;
  bool const only_port = parts->address.text.empty() && parts->port && !parts->bits;
  if (only_port || (parts->address.text == "*" && !parts->bits)) {
    out.any_address = !family;
    if (family) out.addresses.push_back(HostPattern::prefix({}, *family, 0));
  } else {
    auto addresses = addresses_of(*parts, family, names);
    if (!addresses) return std::unexpected(addresses.error());
    out.addresses = *std::move(addresses);
  }
  if (auto const& written = parts->port) {
    auto const port = parse_port(*written, names);
    if (!port) return std::unexpected(port.error());
    out.port = *port;
  }
  return out;
}

Parsed<HostSpec> parse_port_only(Piece port, NameLookup const& names) {
  auto const family = take_family(port);
  if (port.text.starts_with(':')) port = from(port, 1);
  auto const number = parse_port(port, names);
  if (!number) return std::unexpected(number.error());
  HostSpec out{!family, {}, *number};
  if (family) out.addresses.push_back(HostPattern::prefix({}, *family, 0));
  return out;
}

}  // namespace lastack::filter
