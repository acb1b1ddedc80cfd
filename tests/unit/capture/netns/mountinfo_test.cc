#include "capture/netns/mountinfo.hh"

#include <gtest/gtest.h>

#include <string>

namespace lastack::capture::netns {
namespace {

TEST(Mountinfo, FindsNamedNamespaces) {
  auto const mounts = parse_netns_mounts(
      "27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
      "210 95 0:4 net:[4026532177] /run/netns/blue rw shared:120 - nsfs nsfs rw\n"
      "211 95 0:4 net:[4026532178] /var/run/netns/cni-6f1d rw - nsfs nsfs rw\n"
      "212 23 0:4 net:[4026532300] /run/docker/netns/1a2b3c4d5e6f rw master:1 shared:2 - nsfs n "
      "rw\n"
      "213 23 0:4 net:[4026532301] /srv/ns rw - nsfs nsfs rw");
  ASSERT_EQ(mounts.size(), 4U);
  EXPECT_EQ(mounts[0].inode, 4026532177U);
  EXPECT_EQ(mounts[0].mount_point, "/run/netns/blue");
  EXPECT_EQ(mounts[0].ip_netns_name, "blue");
  EXPECT_EQ(mounts[1].ip_netns_name, "cni-6f1d");
  EXPECT_EQ(mounts[2].ip_netns_name, "");
  EXPECT_EQ(mounts[2].docker_sandbox, "1a2b3c4d5e6f");
  EXPECT_EQ(mounts[3].mount_point, "/srv/ns");
  EXPECT_TRUE(mounts[3].ip_netns_name.empty() && mounts[3].docker_sandbox.empty());
}

TEST(Mountinfo, UndoesOctalEscapes) {
  struct Case {
    char const* written;
    char const* meant;
  };
  for (auto const& [written, meant] : {Case{"a\\040b", "a b"},
                                       {"a\\011\\012\\134x", "a\t\n\\x"},
                                       {"\\400", "\\400"},
                                       {"\\378", "\\378"},
                                       {"end\\04", "end\\04"},
                                       {"\\", "\\"}}) {
    auto const mounts = parse_netns_mounts("1 2 0:4 net:[5] /run/netns/" + std::string(written) +
                                           " rw - nsfs nsfs rw\n");
    ASSERT_EQ(mounts.size(), 1U) << written;
    EXPECT_EQ(mounts[0].ip_netns_name, meant);
  }
}

TEST(Mountinfo, TakesNothingElseForANamespace) {
  EXPECT_TRUE(parse_netns_mounts("").empty());
  for (auto const* line : {
           "1 2 0:4 mnt:[4026532600] /run/snapd/ns/lxd.mnt rw - nsfs nsfs rw",
           "1 2 8:1 net:[7] /run/netns/fake rw - ext4 /dev/sda1 rw",  // a folder named like one
           "1 2 0:4 net:[7] /run/netns/cut",
           "1 2 0:4 net:[] /run/netns/x rw - nsfs nsfs rw",
           "1 2 0:4 net:[7]",
           "net:[7]",
           "1 2 0:4 net:[99999999999999999999] /run/netns/x rw - nsfs nsfs rw",
       }) {
    EXPECT_TRUE(parse_netns_mounts(line).empty()) << line;
  }
}

}  // namespace
}  // namespace lastack::capture::netns
