#include "app/naming.hh"

#include <set>
#include <utility>

#include "app/names.hh"
#include "app/reverse_dns.hh"

namespace lastack::app {
namespace {

// The name of a v4-mapped address is that of the IPv4 address inside.
HostKey asked_for(HostKey const& key) {
  auto const& [family, address] = key;
  bool const mapped = family == model::Family::Inet6 && model::is_v4_mapped(address);
  return mapped ? HostKey(model::Family::Inet, model::unmapped(address)) : key;
}

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
  auto const hosts = hosts_of(snapshot);
  std::set<HostKey> questions;
  for (auto const& host : hosts) questions.insert(asked_for(host));
  auto const found = reverse_names(questions, options.resolve_limit);
  if (!found) {
    names.problem = found.error().message;
    return;
  }
  for (auto const& host : hosts) {
    auto const name = found->names.find(asked_for(host));
    if (name != found->names.end()) names.hosts.emplace(host, name->second);
  }
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
