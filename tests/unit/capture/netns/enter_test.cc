#include "capture/netns/enter.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "capture/netns/reach.hh"

namespace lastack::capture::netns {
namespace {

base::Fd own_namespace() {
  return base::Fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
}

// Visiting our own namespace needs the same privilege as any other, and changes nothing.
TEST(NetnsEnter, RunsInsideOrSaysWhichPrivilegeIsMissing) {
  auto const netns = own_namespace();
  auto const inside = run_in(netns, [] { return inode_of(own_namespace()); });
  if (inside) {
    EXPECT_EQ(*inside, *inode_of(netns));
  } else {
    EXPECT_EQ(inside.error().code, EPERM);
    EXPECT_NE(inside.error().message.find("CAP_SYS_ADMIN"), std::string::npos);
  }
  EXPECT_EQ(*inode_of(own_namespace()), *inode_of(netns));
}

TEST(NetnsEnter, NothingRunsWhereItCannotEnter) {
  bool ran = false;
  auto const outcome = run_in(base::Fd(), [&] { ran = true; });
  EXPECT_FALSE(outcome);
  EXPECT_FALSE(ran);
}

TEST(NetnsOpen, RefusesAnotherNamespaceThanTheOneThatWasFound) {
  Namespace ns;
  ns.inode = *inode_of(own_namespace());
  ns.path_to_open = "/proc/self/ns/net";
  EXPECT_TRUE(open_namespace(ns));
  ns.inode += 1;
  ASSERT_FALSE(open_namespace(ns));
  EXPECT_EQ(open_namespace(ns).error().code, ESTALE);
}

TEST(NetnsOpen, TakesTheSecondWayWhenTheFirstIsGone) {
  Namespace ns;
  ns.inode = *inode_of(own_namespace());
  ns.path_to_open = "/run/netns/no-such-namespace";
  ASSERT_FALSE(open_namespace(ns));
  EXPECT_EQ(open_namespace(ns).error().code, ENOENT);
  ns.other_path = "/proc/self/ns/net";
  EXPECT_TRUE(open_namespace(ns));
}

TEST(NetnsReach, AnEndedProcessOrAWrongDescriptorIsAnError) {
  auto const ended = reach_by_socket(4194304 + 7, 0);  // above the highest pid there can be
  ASSERT_FALSE(ended);
  EXPECT_NE(ended.error().message.find("4194311"), std::string::npos);
  EXPECT_FALSE(reach_by_socket(static_cast<std::uint32_t>(::getpid()), -1));
  EXPECT_FALSE(inode_of(base::Fd()));
}

TEST(NetnsReach, FindsTheNamespaceOfASocketOrSaysWhatIsMissing) {
  base::Fd const socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ASSERT_TRUE(socket.valid());
  auto const netns = reach_by_socket(static_cast<std::uint32_t>(::getpid()), socket.get());
  if (netns) {
    EXPECT_EQ(*inode_of(*netns), *inode_of(own_namespace()));
  } else {
    EXPECT_EQ(netns.error().code, EPERM) << netns.error().message;
    EXPECT_NE(netns.error().message.find("CAP_"), std::string::npos);
  }
}

}  // namespace
}  // namespace lastack::capture::netns
