#include "app/namespace_settings.hh"

#include <algorithm>

#include "app/background.hh"
#include "capture/netns/discover.hh"
#include "capture/netns/enter.hh"
#include "capture/netns/tcp_settings.hh"

namespace lastack::app {
namespace {

namespace netns = capture::netns;

// The calling thread goes into the namespace and comes back.
void read_settings(netns::Namespace const& found, model::TcpSettings& settings) {
  auto const descriptor = netns::open_namespace(found);
  if (!descriptor) return;
  auto read = netns::run_in(*descriptor, [] { return netns::tcp_settings_here(); });
  if (read) settings = *read;
}

}  // namespace

model::TcpSettings own_tcp_settings() { return netns::tcp_settings_here(); }

std::vector<model::TcpSettings> tcp_settings_of(model::Snapshot const& snapshot,
                                                std::set<std::uint32_t> const& wanted) {
  std::vector<model::TcpSettings> settings(snapshot.namespaces.size());
  in_background([&] {
    capture::procfs::ProcFs const fs;
    auto const discovery = netns::discover(fs);
    if (!discovery) return;
    for (auto const index : wanted) {
      auto const inode = snapshot.namespaces.at(index).inode;
      auto const found = std::ranges::find(discovery->namespaces, inode, &netns::Namespace::inode);
      if (found == discovery->namespaces.end()) continue;
      if (found->own) {
        settings.at(index) = netns::tcp_settings_here();
      } else {
        read_settings(*found, settings.at(index));
      }
    }
  }).get();
  return settings;
}

}  // namespace lastack::app
