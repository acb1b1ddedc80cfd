#include "detect/scene.hh"

#include <algorithm>

namespace lastack::detect {

std::uint64_t NamespaceFacts::rise(model::TcpCounter counter) const {
  if (!counters || !earlier) return 0;
  auto const now = counters->get(counter);
  auto const before = earlier->get(counter);
  return now > before ? now - before : 0;
}

std::optional<std::uint64_t> Scene::age_ns(std::uint32_t index) const {
  auto const since = timing(index).since_ns;
  if (since == 0 || since > now_ns) return std::nullopt;
  return now_ns - since;
}

double Scene::least_age_s(std::uint32_t index) const {
  constexpr double kNs = 1e-9;
  if (auto const known = age_ns(index)) return static_cast<double>(*known) * kNs;
  if (history == nullptr || timings.empty() || now_ns < history->started_ns()) return 0;
  return static_cast<double>(now_ns - history->started_ns()) * kNs;
}

std::optional<double> Scene::silence_s(std::uint32_t index) const {
  auto const* details = snapshot->details_of(row(index));
  if (details == nullptr || details->last_ack_ms == model::kUnknown32) return std::nullopt;
  return details->last_ack_ms * 1e-3;
}

std::optional<std::uint64_t> Scene::lasted_ns(std::uint32_t index, Condition condition) const {
  if (history == nullptr) return std::nullopt;
  auto const since = history->since(row(index).cookie, condition);
  if (since == 0 || since > now_ns) return std::nullopt;
  return now_ns - since;
}

std::uint32_t Scene::process_of(std::uint32_t index) const {
  auto const owners = snapshot->owners_of(row(index));
  return owners.empty() ? model::kNone : owners.front().process;
}

std::uint64_t Scene::netns_inode(model::Endpoint const& endpoint) const {
  auto const* found = snapshot->netns_of(endpoint);
  return found == nullptr ? 0 : found->inode;
}

NamespaceFacts const& Scene::facts_of(model::Endpoint const& endpoint) const {
  static NamespaceFacts const usual;
  return endpoint.netns < namespaces.size() ? namespaces[endpoint.netns] : usual;
}

std::optional<std::uint64_t> Scene::orphan_limit() const {
  for (auto const& netns : namespaces) {
    if (netns.settings.is_read(model::TcpSetting::MaxOrphans)) {
      return netns.settings.get(model::TcpSetting::MaxOrphans);
    }
  }
  return std::nullopt;
}

Destination Scene::destination_of(model::Endpoint const& endpoint) const {
  return {endpoint.flow.remote, netns_inode(endpoint), endpoint.flow.remote_port, endpoint.family};
}

Port Scene::port_of(model::Endpoint const& endpoint) const {
  return {netns_inode(endpoint), endpoint.flow.local_port};
}

}  // namespace lastack::detect
