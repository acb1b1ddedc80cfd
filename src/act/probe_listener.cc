#include "act/probe_listener.hh"

#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>

#include <algorithm>
#include <memory>

#include "capture/netns/discover.hh"
#include "capture/netns/enter.hh"
#include "capture/netns/reach.hh"

namespace lastack::act {
namespace {

namespace netns = capture::netns;
namespace sock_diag = capture::sock_diag;
using model::Address;
using model::Endpoint;
using model::Family;
using model::SocketState;

using Addresses = std::set<std::pair<Family, Address>>;

struct FreeInterfaces {
  void operator()(ifaddrs* list) const { ::freeifaddrs(list); }
};

Addresses addresses_here() {
  ifaddrs* raw = nullptr;
  if (::getifaddrs(&raw) != 0) return {};
  std::unique_ptr<ifaddrs, FreeInterfaces> const list(raw);
  Addresses found;
  for (auto const* each = list.get(); each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr) continue;
    if (each->ifa_addr->sa_family == AF_INET) {
      auto const* address = reinterpret_cast<sockaddr_in const*>(each->ifa_addr);
      found.emplace(Family::Inet, Address::from_bytes(&address->sin_addr, Family::Inet));
    } else if (each->ifa_addr->sa_family == AF_INET6) {
      auto const* address = reinterpret_cast<sockaddr_in6 const*>(each->ifa_addr);
      found.emplace(Family::Inet6, Address::from_bytes(&address->sin6_addr, Family::Inet6));
    }
  }
  return found;
}

// An address of one's own wherever one is.
bool is_loopback(model::ProbeTarget const& target) {
  if (target.family == Family::Inet) return target.address.bytes[0] == 127;
  Address one;
  one.bytes[15] = 1;
  return target.address == one;
}

Address plain(Address const& address) {
  return model::is_v4_mapped(address) ? model::unmapped(address) : address;
}

bool takes(Endpoint const& listener, model::ProbeTarget const& target) {
  if (listener.state != SocketState::Listen || listener.flow.local_port != target.port) {
    return false;
  }
  if (model::is_unspecified(listener.flow.local)) {
    bool const both = listener.family == Family::Inet6 && !listener.v6_only;
    return listener.family == target.family || both;
  }
  return plain(listener.flow.local) == plain(target.address);
}

bool is_request_of(Endpoint const& request, model::Flow const& flow) {
  return request.state == SocketState::SynReceived && request.flow.remote_port == flow.local_port &&
         request.flow.local_port == flow.remote_port &&
         plain(request.flow.remote) == plain(flow.local) &&
         plain(request.flow.local) == plain(flow.remote);
}

// A listener on the very address goes before one on all. Of several that share the port
// (SO_REUSEPORT), the one whose queue is nearest to its limit.
bool goes_before(Endpoint const& a, Endpoint const& b) {
  bool const a_is_exact = !model::is_unspecified(a.flow.local);
  bool const b_is_exact = !model::is_unspecified(b.flow.local);
  if (a_is_exact != b_is_exact) return a_is_exact;
  return std::int64_t{a.recv_queue} - a.send_queue > std::int64_t{b.recv_queue} - b.send_queue;
}

}  // namespace

LocalPeers::LocalPeers(base::Fd const* netns) {
  base::Fd here;
  if (netns == nullptr) {
    here = base::Fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    netns = &here;
  }
  auto const own = netns::inode_of(*netns);
  if (!own) return;
  capture::procfs::ProcFs const fs;
  auto const discovery = netns::discover(fs);
  add(*netns, "", true);
  if (!discovery) return;
  for (auto const& ns : discovery->namespaces) {
    if (ns.inode == *own) continue;
    auto const descriptor = netns::open_namespace(ns);
    if (descriptor) {
      add(*descriptor, netns::label_of(ns, ns.inode == discovery->host_inode), false);
    }
  }
}

void LocalPeers::add(base::Fd const& descriptor, std::string label, bool own) {
  Addresses addresses;
  auto const look = [&] {
    addresses = addresses_here();
    return sock_diag::Session::open();
  };
  auto session = netns::run_in(descriptor, look);
  // Where one already is needs no permission to enter.
  if (!session && own) session = look();
  if (!session) return;
  places_.push_back({.label = std::move(label),
                     .own = own,
                     .addresses = std::move(addresses),
                     .session = std::move(*session)});
}

// Its own namespace before all others; another one only where there is no doubt which.
std::size_t LocalPeers::place_of(model::ProbeTarget const& target) const {
  std::size_t found = none;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    auto const& place = places_[i];
    if (place.own && is_loopback(target)) return i;
    if (!place.own && is_loopback(target)) continue;
    if (!place.addresses.contains({target.family, target.address})) continue;
    if (place.own) return i;
    if (found != none) return none;
    found = i;
  }
  return found;
}

std::optional<model::ProbeListener> LocalPeers::listener_of(model::ProbeTarget const& target,
                                                            model::Flow const& flow) {
  auto const at = place_of(target);
  if (at == none) return std::nullopt;
  auto& place = places_[at];
  model::Snapshot seen;
  sock_diag::DumpRequest const request{
      .protocol = model::Protocol::Tcp,
      .family = std::nullopt,
      .states = static_cast<model::SocketStateMask>(model::mask_of(SocketState::Listen) |
                                                    model::mask_of(SocketState::SynReceived)),
      .facts = {}};
  if (!place.session.dump(request, 0, seen)) return std::nullopt;
  Endpoint const* listener = nullptr;
  bool kept = false;
  for (auto const& endpoint : seen.endpoints) {
    if (is_request_of(endpoint, flow)) kept = true;
    if (!takes(endpoint, target)) continue;
    if (listener == nullptr || goes_before(endpoint, *listener)) listener = &endpoint;
  }
  if (listener == nullptr) return std::nullopt;
  return model::ProbeListener{.queue = listener->recv_queue,
                              .limit = listener->send_queue,
                              .handshake_kept = kept,
                              .netns = place.label};
}

}  // namespace lastack::act
