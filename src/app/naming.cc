#include "app/naming.hh"

#include <set>
#include <utility>

#include "app/names.hh"
#include "app/reverse_dns.hh"

namespace lastack::app {
namespace {

std::set<HostKey> hosts_of(model::Snapshot const& snapshot) {
  std::set<HostKey> hosts;
  for (auto const& endpoint : snapshot.endpoints) {
    for (auto const& address : {endpoint.flow.local, endpoint.flow.remote}) {
      if (!model::is_unspecified(address)) hosts.emplace(endpoint.family, address);
    }
  }
  return hosts;
}

void resolve_hosts(model::Snapshot const& snapshot, ListOptions const& options, Names& names) {
  names.with_hosts = true;
  auto found = reverse_names(hosts_of(snapshot), options.resolve_limit);
  if (!found) {
    names.problem = found.error().message;
    return;
  }
  names.hosts = std::move(found->names);
  names.unanswered = found->unanswered;
}

void name_services(model::Snapshot const& snapshot, Names& names) {
  names.with_services = true;
  std::set<std::pair<model::Protocol, std::uint16_t>> ports;
  for (auto const& endpoint : snapshot.endpoints) {
    ports.emplace(endpoint.protocol, endpoint.flow.local_port);
    ports.emplace(endpoint.protocol, endpoint.flow.remote_port);
  }
  for (auto const& key : ports) {
    if (auto name = service_name(key.first, key.second))
      names.services.emplace(key, std::move(*name));
  }
}

}  // namespace

Names names_for(model::Snapshot const& snapshot, ListOptions const& options) {
  Names names;
  if (options.resolve_hosts) resolve_hosts(snapshot, options, names);
  if (options.service_names) name_services(snapshot, names);
  return names;
}

}  // namespace lastack::app
