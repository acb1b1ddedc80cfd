#include "capture/owners/proc_fd.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "base/fd.hh"

namespace lastack::capture::owners {
namespace {

std::vector<FdOwner> sorted(std::vector<FdOwner> owners) {
  std::ranges::sort(owners, {}, [](FdOwner const& owner) {
    return std::tuple(owner.inode, owner.pid, owner.fd);
  });
  return owners;
}

TEST(ProcFdScan, FindsEverySocketAndEveryHolder) {
  auto const found = scan(procfs::ProcFs(LASTACK_TEST_DATA "/proc/machine"));
  ASSERT_TRUE(found);
  EXPECT_EQ(sorted(found->owners), (std::vector<FdOwner>{
                                       {9001, 1, 30},
                                       {20001, 412, 3},  // shared by two processes
                                       {20001, 731, 9},
                                       {20002, 412, 4},
                                       {20004, 730, 12},
                                       {20010, 801, 3},
                                       {20011, 802, 6},
                                       {20020, 805, 7},  // its first thread has ended
                                   }));
}

TEST(ProcFdScan, CountsWhatItCouldNotSee) {
  auto const found = scan(procfs::ProcFs(LASTACK_TEST_DATA "/proc/machine"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->unreadable_processes, 1U);  // 741
  EXPECT_EQ(found->vanished_processes, 1U);    // 740
  EXPECT_FALSE(found->processes_hidden);
}

TEST(ProcFdScan, SaysWhenOtherProcessesAreHidden) {
  auto const found = scan(procfs::ProcFs(LASTACK_TEST_DATA "/proc/hidden"));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->processes_hidden);
  EXPECT_EQ(found->owners.size(), 1U);
}

TEST(ProcFdScan, KeepsOnlyWhatIsWanted) {
  auto const found = scan(procfs::ProcFs(LASTACK_TEST_DATA "/proc/machine"),
                          [](std::uint64_t inode) { return inode == 20001; });
  ASSERT_TRUE(found);
  EXPECT_EQ(sorted(found->owners), (std::vector<FdOwner>{{20001, 412, 3}, {20001, 731, 9}}));
}

TEST(ProcFdScan, FindsASocketOfThisVeryProcess) {
  base::Fd const socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  struct stat status{};
  ASSERT_EQ(::fstat(socket.get(), &status), 0);
  auto const found =
      scan(procfs::ProcFs(), [&](std::uint64_t inode) { return inode == status.st_ino; });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->owners,
            (std::vector<FdOwner>{
                {status.st_ino, static_cast<std::uint32_t>(::getpid()), socket.get()}}));
}

TEST(ProcFdScan, AMissingRootIsAnError) { EXPECT_FALSE(scan(procfs::ProcFs("/nowhere/proc"))); }

}  // namespace
}  // namespace lastack::capture::owners
