#include "app/probe_targets.hh"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "base/text.hh"
#include "capture/netns/discover.hh"
#include "capture/netns/enter.hh"
#include "filter/address_literal.hh"

namespace lastack::app {
namespace {

namespace netns = capture::netns;
using model::Family;
using model::ProbeTarget;

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

std::optional<ProbeTarget> target_of(addrinfo const& entry) {
  ProbeTarget target;
  if (entry.ai_family == AF_INET) {
    sockaddr_in address{};
    std::memcpy(&address, entry.ai_addr, sizeof address);
    target.address = model::Address::from_bytes(&address.sin_addr, Family::Inet);
    return target;
  }
  if (entry.ai_family == AF_INET6) {
    sockaddr_in6 address{};
    std::memcpy(&address, entry.ai_addr, sizeof address);
    target.address = model::Address::from_bytes(&address.sin6_addr, Family::Inet6);
    target.family = Family::Inet6;
    target.scope = address.sin6_scope_id;
    return target;
  }
  return std::nullopt;
}

std::string why_unresolved(int error) {
  return error == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(error);
}

int family_hint(std::optional<Family> family) {
  if (!family) return AF_UNSPEC;
  return *family == Family::Inet ? AF_INET : AF_INET6;
}

// Without ports.
std::vector<ProbeTarget> addresses_of(std::string const& host, std::optional<Family> family) {
  addrinfo hints{};
  hints.ai_family = family_hint(family);
  hints.ai_socktype = SOCK_STREAM;  // else each address comes once a socket type
  addrinfo* raw = nullptr;
  int const error = ::getaddrinfo(host.c_str(), nullptr, &hints, &raw);
  std::unique_ptr<addrinfo, FreeAddresses> const list(error == 0 ? raw : nullptr);
  std::vector<ProbeTarget> targets;
  for (auto const* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    auto const target = target_of(*entry);
    if (target && std::ranges::find(targets, *target) == targets.end()) targets.push_back(*target);
  }
  if (targets.empty()) {
    targets.emplace_back();
    targets.back().unresolved = error != 0 ? why_unresolved(error) : "it has no address";
  }
  return targets;
}

}  // namespace

std::optional<filter::HostAddress> read_address(std::string const& text) {
  if (auto const v6 = filter::read_v6(text)) return filter::HostAddress{v6->address, Family::Inet6};
  auto const v4 = filter::read_v4(text);
  if (v4 && v4->bytes == 4) return filter::HostAddress{v4->address, Family::Inet};
  return std::nullopt;
}

base::Result<std::vector<ProbeTarget>> resolve_probe_targets(std::span<act::ProbeSpec const> specs,
                                                             std::optional<Family> family,
                                                             std::size_t limit) {
  std::vector<ProbeTarget> targets;
  for (auto const& spec : specs) {
    auto const addresses = addresses_of(spec.host, family);
    if (targets.size() + addresses.size() * spec.ports.size() > limit) {
      return base::fail(
          fmt::format("'{}' has {}: with them there are more than the {} connections of a run",
                      spec.host, base::counted(addresses.size(), "address", "addresses"), limit));
    }
    for (auto const& address : addresses) {
      for (auto const port : spec.ports) {
        targets.push_back(address);
        targets.back().host = spec.host;
        targets.back().port = port;
      }
    }
  }
  return targets;
}

base::Result<base::Fd> open_netns_called(std::string const& label) {
  capture::procfs::ProcFs const fs;
  auto const discovery = netns::discover(fs);
  if (!discovery) return std::unexpected(discovery.error());
  for (auto const& ns : discovery->namespaces) {
    bool const called = netns::label_of(ns, ns.inode == discovery->host_inode) == label ||
                        fmt::format("net:[{}]", ns.inode) == label || (ns.own && label == "self");
    if (called) return netns::open_namespace(ns);
  }
  return base::fail("no network namespace is called '" + label +
                    "'; 'lastack list --columns netns' shows their names");
}

}  // namespace lastack::app
