#include "capture/netns/discover.hh"

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "capture/netns/mountinfo.hh"
#include "capture/procfs/cgroup.hh"
#include "capture/procfs/fields.hh"
#include "capture/procfs/stat_line.hh"

namespace lastack::capture::netns {
namespace {

// include/linux/proc_ns.h and uapi/linux/nsfs.h. The second is fixed since Linux 6.18; before,
// no namespace had that number.
constexpr std::uint64_t kInitialPidNamespace = 0xEFFFFFFC;
constexpr std::uint64_t kInitialNetNamespace = 0xEFFFFFF9;

class Census {
 public:
  explicit Census(procfs::ProcFs const& fs) : fs_(fs) {}

  base::Result<Discovery> take();

 private:
  struct Found {
    Namespace ns;
    std::uint64_t oldest_start = std::numeric_limits<std::uint64_t>::max();
    std::string oldest_folder{};  // in /proc
  };

  [[nodiscard]] base::Result<std::uint64_t> inode_at(std::string const& link,
                                                     std::string_view kind) const;
  [[nodiscard]] std::string full_path(std::string const& name) const {
    return fs_.root().path() + '/' + name;
  }
  Found& at(std::uint64_t inode);
  void look_for_host();
  void add_mounts();
  void add_process(std::uint32_t pid);
  void finish(Found& found) const;
  [[nodiscard]] std::string living_folder(std::uint32_t pid) const;

  procfs::ProcFs const& fs_;
  std::map<std::uint64_t, Found> found_;
  Discovery result_;
};

base::Result<std::uint64_t> Census::inode_at(std::string const& link, std::string_view kind) const {
  auto const target = fs_.root().link(link);
  if (!target) return std::unexpected(target.error());
  auto const inode = procfs::inode_of_link(*target, kind);
  if (!inode) return base::fail(full_path(link) + " is no link to a namespace");
  return *inode;
}

Census::Found& Census::at(std::uint64_t inode) {
  auto& found = found_[inode];
  found.ns.inode = inode;
  return found;
}

// Process 1 may be protected even from root; process 2, kthreadd, never leaves the host.
void Census::look_for_host() {
  if (result_.own_inode == kInitialNetNamespace) result_.host_inode = kInitialNetNamespace;
  auto const pid_namespace = inode_at("self/ns/pid", "pid");
  if (!pid_namespace || *pid_namespace != kInitialPidNamespace) return;
  for (std::string const link : {"1/ns/net", "2/ns/net"}) {
    auto const inode = inode_at(link, "net");
    if (!inode) continue;
    result_.host_inode = *inode;
    auto& host = at(*inode).ns;
    if (host.path_to_open.empty()) host.path_to_open = full_path(link);
    return;
  }
}

void Census::add_mounts() {
  auto const mountinfo = fs_.root().read("self/mountinfo");
  if (!mountinfo) return;  // mounted namespaces without a process stay unseen
  for (auto& mount : parse_netns_mounts(mountinfo->text)) {
    auto& ns = at(mount.inode).ns;
    if (ns.path_to_open.empty()) ns.path_to_open = std::move(mount.mount_point);
    if (ns.ip_netns_name.empty()) ns.ip_netns_name = std::move(mount.ip_netns_name);
    if (ns.docker_sandbox.empty()) ns.docker_sandbox = std::move(mount.docker_sandbox);
  }
}

// "412", or "412/task/415" where the first thread has ended and others live on: then only they
// still tell their namespace.
std::string Census::living_folder(std::uint32_t pid) const {
  auto folder = std::to_string(pid);
  auto const leader = fs_.root().link(folder + "/ns/net");
  if (leader || !procfs::is_gone(leader.error().code)) return folder;
  auto const threads = fs_.root().below(folder + "/task");
  if (threads.open_errno() != 0) return folder;
  std::string alive;
  (void)procfs::for_each_entry(threads.fd(), [&](char const* thread) {
    auto const candidate = folder + "/task/" + thread;
    if (alive.empty() && fs_.root().link(candidate + "/ns/net")) alive = candidate;
  });
  return alive.empty() ? folder : alive;
}

void Census::add_process(std::uint32_t pid) {
  auto const folder = living_folder(pid);
  auto const inode = inode_at(folder + "/ns/net", "net");
  if (!inode) {
    bool const gone = procfs::is_gone(inode.error().code);
    if (!gone && fs_.may_hold_files(pid)) ++result_.unreadable_processes;
    return;
  }
  if (*inode == result_.own_inode || *inode == result_.host_inode) return;

  auto const file = fs_.root().read(folder + "/stat");
  auto const stat = file ? procfs::parse_stat_line(file->text) : std::nullopt;
  if (!stat) return;  // ended since
  auto& [ns, oldest_start, oldest_folder] = at(*inode);
  if (std::pair(stat->start_ticks, pid) >= std::pair(oldest_start, ns.oldest_pid)) return;
  oldest_start = stat->start_ticks;
  oldest_folder = folder;
  ns.oldest_pid = pid;
  ns.oldest_comm = stat->comm;
}

void Census::finish(Found& found) const {
  auto& [ns, oldest_start, folder] = found;
  if (ns.oldest_pid == 0) return;
  auto& path = ns.path_to_open.empty() ? ns.path_to_open : ns.other_path;
  path = full_path(folder + "/ns/net");
  auto const cgroup = fs_.root().read(folder + "/cgroup");
  if (cgroup) ns.container = procfs::identify_cgroup(cgroup->text).container;
}

base::Result<Discovery> Census::take() {
  auto const own = inode_at("self/ns/net", "net");
  if (!own) return std::unexpected(own.error());
  auto const pids = fs_.pids();
  if (!pids) return std::unexpected(pids.error());

  result_.own_inode = *own;
  auto& own_namespace = at(*own).ns;
  own_namespace.own = true;
  own_namespace.path_to_open = full_path("self/ns/net");
  look_for_host();
  add_mounts();
  for (auto const pid : *pids) add_process(pid);

  auto& namespaces = result_.namespaces;
  namespaces.push_back(std::move(found_.extract(*own).mapped().ns));
  for (auto& [inode, found] : found_) {
    finish(found);
    namespaces.push_back(std::move(found.ns));
  }
  return std::move(result_);
}

}  // namespace

base::Result<Discovery> discover(procfs::ProcFs const& fs) { return Census(fs).take(); }

}  // namespace lastack::capture::netns
