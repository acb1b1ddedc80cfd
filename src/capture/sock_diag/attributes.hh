// Walks netlink attributes; libmnl checks each length (its own loops are C macros that C++
// cannot compile).
#pragma once

#include <libmnl/libmnl.h>

#include <cstddef>
#include <span>

namespace lastack::capture::sock_diag {

[[nodiscard]] inline std::span<std::byte const> payload_of(nlattr const* attribute) {
  return {static_cast<std::byte const*>(mnl_attr_get_payload(attribute)),
          mnl_attr_get_payload_len(attribute)};
}

// Calls visit(nlattr const*) for each attribute in `bytes`, which starts aligned to one.
template <typename Visit>
void for_each_attribute(std::span<std::byte const> bytes, Visit&& visit) {
  auto const* attribute = reinterpret_cast<nlattr const*>(bytes.data());
  auto const* end = reinterpret_cast<char const*>(bytes.data() + bytes.size());
  auto const left = [&] {
    return static_cast<int>(end - reinterpret_cast<char const*>(attribute));
  };
  for (; mnl_attr_ok(attribute, left()); attribute = mnl_attr_next(attribute)) visit(attribute);
}

}  // namespace lastack::capture::sock_diag
