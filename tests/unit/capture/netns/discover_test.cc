#include "capture/netns/discover.hh"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lastack::capture::netns {
namespace {

std::string const kMachine = LASTACK_TEST_DATA "/proc/machine";

Namespace const& with_inode(Discovery const& discovery, std::uint64_t inode) {
  for (auto const& ns : discovery.namespaces) {
    if (ns.inode == inode) return ns;
  }
  ADD_FAILURE() << "no namespace " << inode;
  return discovery.namespaces.front();
}

TEST(NetnsDiscover, FindsEachNamespaceOnce) {
  auto const found = discover(procfs::ProcFs(kMachine));
  ASSERT_TRUE(found);
  std::vector<std::uint64_t> inodes;
  std::vector<std::string> labels;
  for (auto const& ns : found->namespaces) {
    inodes.push_back(ns.inode);
    labels.push_back(label_of(ns, ns.inode == found->host_inode));
  }
  EXPECT_EQ(inodes, (std::vector<std::uint64_t>{4026531840, 4026532177, 4026532300, 4026532400,
                                                4026532500}));
  EXPECT_EQ(labels, (std::vector<std::string>{"host", "blue", "3f3f3f3f3f3f", "x]\x1b[2J[803]",
                                              "with blank"}));
  EXPECT_EQ(found->host_inode, 4026531840U);
  EXPECT_EQ(found->own_inode, 4026531840U);
  EXPECT_EQ(found->unreadable_processes, 1U);  // 741
}

TEST(NetnsDiscover, TellsTheProcessThatHasBeenInItLongest) {
  auto const found = discover(procfs::ProcFs(kMachine));
  ASSERT_TRUE(found);
  auto const& container = with_inode(*found, 4026532300);
  EXPECT_EQ(container.oldest_pid, 802U) << "started before 801";
  EXPECT_EQ(container.oldest_comm, "nginx");
  EXPECT_EQ(container.container.size(), 64U);
  EXPECT_EQ(container.docker_sandbox, "1a2b3c4d5e6f");
  EXPECT_EQ(with_inode(*found, 4026532400).oldest_pid, 803U) << "as old as 804: the smaller pid";
  EXPECT_EQ(with_inode(*found, 4026532500).oldest_pid, 0U) << "nobody is in it";
}

TEST(NetnsDiscover, KnowsHowToOpenThem) {
  auto const found = discover(procfs::ProcFs(kMachine));
  ASSERT_TRUE(found);
  EXPECT_EQ(with_inode(*found, 4026531840).path_to_open, kMachine + "/self/ns/net");
  EXPECT_EQ(with_inode(*found, 4026532177).path_to_open, "/run/netns/blue");
  EXPECT_EQ(with_inode(*found, 4026532177).other_path, kMachine + "/800/ns/net");
  EXPECT_EQ(with_inode(*found, 4026532400).path_to_open, kMachine + "/803/ns/net");
  EXPECT_EQ(with_inode(*found, 4026532400).other_path, "");
}

TEST(NetnsDiscover, InAContainerThereIsNoHostButSelf) {
  auto const found = discover(procfs::ProcFs(LASTACK_TEST_DATA "/proc/hidden"));
  ASSERT_TRUE(found);
  ASSERT_EQ(found->namespaces.size(), 1U);
  EXPECT_EQ(found->host_inode, 0U);
  EXPECT_EQ(label_of(found->namespaces[0], false), "self");
}

TEST(NetnsDiscover, AMissingRootIsAnError) {
  EXPECT_FALSE(discover(procfs::ProcFs("/nowhere/proc")));
}

TEST(NetnsLabel, ThePreferredNameWins) {
  Namespace ns;
  ns.inode = 4026532177;
  EXPECT_EQ(label_of(ns, false), "net:[4026532177]");
  ns.docker_sandbox = "1a2b3c4d5e6f";
  EXPECT_EQ(label_of(ns, false), "docker:1a2b3c4d5e6f");
  ns.own = true;
  EXPECT_EQ(label_of(ns, false), "self");
  ns.oldest_pid = 12;
  ns.oldest_comm = "nginx";
  EXPECT_EQ(label_of(ns, false), "nginx[12]");
  ns.container = "a-rather-long-lxc-name";
  EXPECT_EQ(label_of(ns, false), "a-rather-long-lxc-name");
  ns.container = std::string(64, 'a');
  EXPECT_EQ(label_of(ns, false), "aaaaaaaaaaaa");
  ns.ip_netns_name = "blue";
  EXPECT_EQ(label_of(ns, false), "blue");
  EXPECT_EQ(label_of(ns, true), "host");
}

}  // namespace
}  // namespace lastack::capture::netns
