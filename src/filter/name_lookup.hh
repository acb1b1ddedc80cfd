// Names of services and hosts come from /etc/services and DNS. That is I/O, which this room
// does not do: whoever parses a filter brings the lookup.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/address.hh"

namespace lastack::filter {

struct HostAddress {
  model::Address address;
  model::Family family = model::Family::Inet;
};

class NameLookup {
 public:
  NameLookup() = default;
  NameLookup(NameLookup const&) = delete;
  NameLookup& operator=(NameLookup const&) = delete;
  virtual ~NameLookup() = default;

  // "ssh" -> 22, host order. nullopt: no such service.
  [[nodiscard]] virtual std::optional<std::uint16_t> service_port(std::string_view name) const = 0;
  // Every address of both families. Empty: no such host.
  [[nodiscard]] virtual std::vector<HostAddress> host_addresses(std::string_view name) const = 0;
};

}  // namespace lastack::filter
