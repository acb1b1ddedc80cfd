#include "app/namespace_dump.hh"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "capture/netns/enter.hh"
#include "capture/netns/interfaces.hh"
#include "capture/netns/sockstat.hh"

namespace lastack::app {

namespace netns = capture::netns;
namespace sock_diag = capture::sock_diag;

namespace {

// A dump walks tables that all namespaces share: with a hundred of them and 200,000 sockets
// that is seconds, unless those without sockets are spared.
sock_diag::Wanted without_unused(sock_diag::Wanted wanted, netns::InUse const& in_use) {
  if (!in_use.udp) wanted.udp = 0;
  if (!in_use.tcp) wanted.tcp &= model::mask_of(model::SocketState::BoundInactive);
  if (!in_use.tcp && !in_use.any) wanted.tcp = 0;
  return wanted;
}

}  // namespace

void NamespaceDump::dump(netns::Namespace const& ns, std::uint32_t index, std::string_view label) {
  if (ns.own) {
    auto const first = part_.endpoints.size();
    dump_with(sock_diag::Session::open(), wanted_, index, label);
    name_interfaces(first);
    return;
  }
  auto const descriptor = netns::open_namespace(ns);
  if (descriptor) {
    dump_inside(*descriptor, index, label);
  } else if (descriptor.error().code != ENOENT && descriptor.error().code != ESRCH) {
    // One whose last process has just ended is gone, and has no sockets to miss.
    cannot_read(label, descriptor.error().message);
  }
}

void NamespaceDump::dump_inside(base::Fd const& descriptor, std::uint32_t index,
                                std::string_view label) {
  netns::InUse in_use;
  auto session = netns::run_in(descriptor, [&] {
    in_use = netns::in_use_here();
    return sock_diag::Session::open();
  });
  auto const first = part_.endpoints.size();
  dump_with(std::move(session), without_unused(wanted_, in_use), index, label);
  bool const bound = std::any_of(part_.endpoints.begin() + static_cast<std::ptrdiff_t>(first),
                                 part_.endpoints.end(),
                                 [](auto const& endpoint) { return endpoint.interface != 0; });
  if (!bound) return;
  auto const named = netns::run_in(descriptor, [&] { name_interfaces(first); });
  if (!named) cannot_read(label, named.error().message);
}

void NamespaceDump::name_interfaces(std::size_t first) {
  for (auto const& endpoint : std::span(part_.endpoints).subspan(first)) {
    std::pair const key(endpoint.netns, endpoint.interface);
    if (endpoint.interface == 0 || part_.interfaces.contains(key)) continue;
    if (auto name = netns::interface_name_here(endpoint.interface)) {
      part_.interfaces.emplace(key, std::move(*name));
    }
  }
}

void NamespaceDump::dump_with(base::Result<sock_diag::Session> session,
                              sock_diag::Wanted const& wanted, std::uint32_t index,
                              std::string_view label) {
  if (!session) {
    cannot_read(label, session.error().message);
    return;
  }
  for (auto const& request : sock_diag::plan(wanted)) {
    auto const outcome = session->dump(request, index, part_);
    if (!outcome) {
      cannot_read(label, outcome.error().message);
    } else if (!outcome->supported) {
      auto const protocol = model::name(request.protocol);
      cannot_read(label, fmt::format("this kernel has no sock_diag for {} (module {}_diag)",
                                     protocol, protocol));
    } else if (outcome->interrupted) {
      ++part_.unseen.interrupted_dumps;
    }
  }
}

void NamespaceDump::cannot_read(std::string_view label, std::string_view why) {
  auto& labels = part_.unseen.unreadable_namespaces[std::string(why)];
  if (labels.empty() || labels.back() != label) labels.emplace_back(label);
}

}  // namespace lastack::app
