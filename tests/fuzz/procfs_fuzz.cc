// Any bytes as /proc/PID/stat, /proc/PID/cgroup and /proc/PID/mountinfo.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "capture/netns/mountinfo.hh"
#include "capture/procfs/cgroup.hh"
#include "capture/procfs/stat_line.hh"

namespace {

using namespace lastack::capture;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(std::string_view text) {
  if (auto const line = procfs::parse_stat_line(text)) {
    require(line->comm.empty() || text.find(line->comm) != std::string_view::npos);
  }
  auto const identity = procfs::identify_cgroup(text);
  require(identity.unit.size() <= identity.path.size());
  require(identity.container.size() <= identity.path.size());
  for (auto const& mount : netns::parse_netns_mounts(text)) {
    require(!mount.mount_point.empty());
    require(mount.mount_point.ends_with(mount.ip_netns_name));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  check({reinterpret_cast<char const*>(data), size});
  return 0;
}
