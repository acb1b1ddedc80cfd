#include "ui/tui/listener_counts.hh"

#include <algorithm>
#include <utility>

namespace lastack::ui::tui {
namespace {

using model::Endpoint;
using model::Family;
using model::SocketState;

constexpr std::size_t kPorts = 65'536;

// IPv4 and v4-mapped addresses are the same.
bool is_v4(Endpoint const& endpoint) {
  return endpoint.family == Family::Inet || model::is_v4_mapped(endpoint.flow.local);
}
model::Address comparable(Endpoint const& endpoint) {
  bool const mapped = endpoint.family == Family::Inet6 && model::is_v4_mapped(endpoint.flow.local);
  return mapped ? model::unmapped(endpoint.flow.local) : endpoint.flow.local;
}

bool shares_process(Store const& store, Endpoint const& a, Endpoint const& b) {
  auto const theirs = store.snapshot().owners_of(b);
  return std::ranges::any_of(store.snapshot().owners_of(a), [&](model::Owner const& owner) {
    return std::ranges::find(theirs, owner.process, &model::Owner::process) != theirs.end();
  });
}

// How well the listener fits the connection, as the kernel chooses; 0: not at all.
int fit_of(Store const& store, Endpoint const& listener, Endpoint const& endpoint) {
  if (listener.netns != endpoint.netns) return 0;
  bool const v4 = is_v4(endpoint);
  bool const any = model::is_unspecified(listener.flow.local);
  int fit = 0;
  if (!any) {
    if (is_v4(listener) != v4 || comparable(listener) != comparable(endpoint)) return 0;
    fit = 8;
  } else if (listener.family == Family::Inet) {
    fit = v4 ? 4 : 0;
  } else {
    fit = !v4 ? 4 : listener.v6_only ? 0 : 2;
  }
  return fit > 0 && shares_process(store, listener, endpoint) ? fit + 1 : fit;
}

bool is_listener(Endpoint const& endpoint) {
  return endpoint.protocol == model::Protocol::Tcp && endpoint.state == SocketState::Listen;
}

}  // namespace

void ListenerCounts::find_listeners(Store const& store) {
  listeners_.clear();
  by_port_.assign(kPorts, 0);
  for (Slot slot = 0; slot < store.slot_count(); ++slot) {
    // In this order: hardly any row is a listener, and only its endpoint need be looked at.
    if (!is_listener(store.endpoint(slot)) || !store.is_used(slot)) continue;
    auto& first = by_port_[store.endpoint(slot).flow.local_port];
    listeners_.push_back({.slot = slot, .next = first});
    bool const gone = store.extra(slot).mark == Mark::Gone;
    if (!gone) first = static_cast<std::uint32_t>(listeners_.size());
  }
}

// The chain is in the reverse order of slots: of equals the last in it is the first.
std::uint32_t ListenerCounts::listener_of(Store const& store, Endpoint const& endpoint) const {
  std::uint32_t best = 0;
  int best_fit = 1;
  for (auto at = by_port_[endpoint.flow.local_port]; at != 0; at = listeners_[at - 1].next) {
    auto const fit = fit_of(store, store.endpoint(listeners_[at - 1].slot), endpoint);
    if (fit < best_fit) continue;
    best = at;
    best_fit = fit;
  }
  return best;
}

std::vector<ListenerCount> ListenerCounts::count(Store const& store) {
  find_listeners(store);
  hosts_.clear();
  for (Slot slot = 0; slot < store.slot_count(); ++slot) {
    auto const& endpoint = store.endpoint(slot);
    bool const connection =
        endpoint.protocol == model::Protocol::Tcp && endpoint.flow.remote_port != 0;
    if (!connection || by_port_[endpoint.flow.local_port] == 0) continue;
    if (!store.is_used(slot) || store.extra(slot).mark == Mark::Gone) continue;
    auto const at = listener_of(store, endpoint);
    if (at == 0) continue;
    auto& listener = listeners_[at - 1];
    ++listener.states[static_cast<std::size_t>(endpoint.state)];
    if (hosts_.insert(at, endpoint.flow.remote, endpoint.family)) ++listener.hosts;
  }
  return listeners_;
}

}  // namespace lastack::ui::tui
