#include "capture/procfs/cgroup.hh"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lastack::capture::procfs {
namespace {

std::string const kId = "3f1a" + std::string(60, '0');
std::string const kInnerId = "beef" + std::string(60, '7');

struct Case {
  std::string text;
  std::string path;
  std::string unit;
  std::string container;
};

void check(std::vector<Case> const& cases) {
  for (auto const& expected : cases) {
    auto const got = identify_cgroup(expected.text);
    EXPECT_EQ(got.path, expected.path) << expected.text;
    EXPECT_EQ(got.unit, expected.unit) << expected.text;
    EXPECT_EQ(got.container, expected.container) << expected.text;
  }
}

// A version 2 line, as most machines have it today.
Case v2(std::string const& path, std::string const& unit, std::string const& container = "") {
  return {"0::" + path + '\n', path, unit, container};
}

TEST(Cgroup, NamesTheInnermostUnit) {
  check({
      v2("/init.scope", "init.scope"),
      v2("/system.slice/ssh.service", "ssh.service"),
      v2("/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service"),
      v2("/user.slice/user-1000.slice/session-3.scope", "session-3.scope"),
      v2("/user.slice/user-1000.slice/user@1000.service/init.scope", "init.scope"),
      v2("/user.slice/user-1000.slice/user@1000.service/app.slice/foo.service", "foo.service"),
      v2("/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome\\x2dterminal.scope",
         "app-gnome\\x2dterminal.scope"),
      v2("/system.slice/postgresql@15-main.service/worker", "postgresql@15-main.service"),
      v2("/system.slice/mnt-share.mount", "mnt-share.mount"),
      v2("/user.slice", ""),
      v2("/system.slice/.service", ""),
      v2("/", ""),
      {"0::/system.slice/old.service (deleted)\n", "/system.slice/old.service", "old.service", ""},
  });
}

TEST(Cgroup, NamesContainersByTheirId) {
  auto const pod =
      std::string("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podab.slice");
  check({
      v2("/docker/" + kId, "", kId),
      v2("/system.slice/docker-" + kId + ".scope", "docker-" + kId + ".scope", kId),
      v2("/system.slice/docker-" + kId + ".scope/init", "docker-" + kId + ".scope", kId),
      v2("/machine.slice/libpod-" + kId + ".scope/container", "libpod-" + kId + ".scope", kId),
      v2("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + kId + ".scope",
         "libpod-" + kId + ".scope", kId),
      v2("/libpod_parent/libpod-" + kId, "", kId),
      v2(pod + "/cri-containerd-" + kId + ".scope", "cri-containerd-" + kId + ".scope", kId),
      v2(pod + "/crio-" + kId + ".scope", "crio-" + kId + ".scope", kId),
      v2("/kubepods/besteffort/pod1f0c/" + kId, "", kId),
      v2("/system.slice/containerd.service/kubepods-podab.slice:cri-containerd:" + kId,
         "containerd.service", kId),
      v2("/docker/" + kId + "/docker/" + kInnerId, "", kInnerId),
      v2("/docker/" + kId + "/system.slice/nginx.service", "nginx.service", kId),
  });
}

TEST(Cgroup, KeepersAndLookalikesAreNoContainers) {
  auto const upper = "3F1A" + std::string(60, '0');
  check({
      v2("/machine.slice/libpod-conmon-" + kId + ".scope", "libpod-conmon-" + kId + ".scope"),
      v2("/system.slice/crio-conmon-" + kId + ".scope", "crio-conmon-" + kId + ".scope"),
      v2("/docker/" + kId.substr(1), ""),
      v2("/docker/" + upper, ""),
      v2("/system.slice/docker.service", "docker.service"),
      v2("/lxc.monitor.web", ""),
      v2("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope", "machine-qemu\\x2d1\\x2dvm.scope"),
      v2("/machine.slice/systemd-nspawn@box.service/supervisor", "systemd-nspawn@box.service"),
  });
}

TEST(Cgroup, NamesLxcAndNspawnMachines) {
  check({
      v2("/lxc/101/ns", "", "101"),
      v2("/lxc.payload.web/system.slice/nginx.service", "nginx.service", "web"),
      v2("/lxc.payload/old", "", "old"),
      v2("/machine.slice/machine-my\\x2dbox.scope", "machine-my\\x2dbox.scope", "my-box"),
      v2("/machine.slice/systemd-nspawn@box.service/payload/init.scope", "init.scope", "box"),
  });
}

TEST(Cgroup, ChoosesTheHierarchyThatTellsMost) {
  check({
      {"2:cpu:/a\n1:name=systemd:/system.slice/ssh.service\n0::/system.slice/ssh.service\n",
       "/system.slice/ssh.service", "ssh.service", ""},
      {"2:cpu,cpuacct:/custom\n1:name=systemd:/system.slice/ssh.service\n",
       "/system.slice/ssh.service", "ssh.service", ""},
      {"9:name=systemd:/\n4:memory:/jobs/7\n0::/\n", "/jobs/7", "", ""},
      {"3:cpu:/only\n", "/only", "", ""},
      {"1:name=systemd:/docker/" + kId + "\n0::/system.slice/containerd.service\n",
       "/docker/" + kId, "", kId},
      {"2:cpu:/\n0::/\n", "/", "", ""},
  });
}

TEST(Cgroup, NothingComesOfNothing) {
  check({{"", "", "", ""}, {"\n\n", "", "", ""}, {"garbage", "", "", ""}, {"0:", "", "", ""}});
}

}  // namespace
}  // namespace lastack::capture::procfs
