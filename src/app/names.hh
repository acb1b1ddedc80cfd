// Names that live outside the kernel: users, services and hosts. All of it is I/O, so it is
// here, and the rooms below are handed the answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filter/name_lookup.hh"
#include "model/endpoint.hh"

namespace lastack::app {

// Name of a uid in the user database (getpwuid_r); nullopt: it has none.
[[nodiscard]] std::optional<std::string> user_name(std::uint32_t uid);

// Name of a port in /etc/services; nullopt: it has none.
[[nodiscard]] std::optional<std::string> service_name(model::Protocol protocol, std::uint16_t port);

// What filters need: service names from /etc/services, host names from the resolver.
class SystemNames : public filter::NameLookup {
 public:
  [[nodiscard]] std::optional<std::uint16_t> service_port(std::string_view name) const override;
  [[nodiscard]] std::vector<filter::HostAddress> host_addresses(
      std::string_view name) const override;
};

}  // namespace lastack::app
