#include "capture/netns/namespace.hh"

#include <cstddef>
#include <string_view>

namespace lastack::capture::netns {
namespace {

// Engines print the first 12 of 64 digits; a name (LXC, nspawn) is kept whole.
std::string_view short_id(std::string_view id) {
  constexpr std::size_t kWhole = 64;
  constexpr std::size_t kShort = 12;
  return id.size() == kWhole ? id.substr(0, kShort) : id;
}

}  // namespace

std::string label_of(Namespace const& ns, bool is_host) {
  if (is_host) return "host";
  if (!ns.ip_netns_name.empty()) return ns.ip_netns_name;
  if (!ns.container.empty()) return std::string(short_id(ns.container));
  if (ns.oldest_pid != 0) return ns.oldest_comm + '[' + std::to_string(ns.oldest_pid) + ']';
  if (ns.own) return "self";
  if (!ns.docker_sandbox.empty()) return "docker:" + ns.docker_sandbox;
  return "net:[" + std::to_string(ns.inode) + ']';
}

}  // namespace lastack::capture::netns
