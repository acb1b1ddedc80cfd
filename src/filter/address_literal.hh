// Addresses as people write them in numbers.
#pragma once

#include <optional>
#include <string_view>

#include "model/address.hh"

namespace lastack::filter {

struct AddressLiteral {
  model::Address address;
  model::Family family = model::Family::Inet;
  unsigned bytes = 0;  // how many were written: fewer than 4 in "10/8" (always 16 of IPv6)
};

// RFC 4291 2.2, without brackets or a zone.
[[nodiscard]] std::optional<AddressLiteral> read_v6(std::string_view text);

// One to four decimal bytes with dots between; the missing ones are zero, as in ss. A byte with
// a leading zero is refused: some programs read it as octal.
[[nodiscard]] std::optional<AddressLiteral> read_v4(std::string_view text);

}  // namespace lastack::filter
