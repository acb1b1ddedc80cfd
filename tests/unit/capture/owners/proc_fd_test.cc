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

using Found = std::tuple<std::uint64_t, std::uint32_t, std::int32_t>;  // inode, pid, fd

std::vector<Found> sorted(std::vector<Holder> const& holders) {
  std::vector<Found> found;
  for (auto const& holder : holders) found.emplace_back(holder.inode, holder.pid, holder.fd);
  std::ranges::sort(found);
  return found;
}

TEST(ProcFdScan, FindsEverySocketAndEveryHolder) {
  auto const found = scan(procfs::ProcFs(LASTACK_TEST_DATA "/proc/machine"));
  ASSERT_TRUE(found);
  EXPECT_EQ(sorted(found->holders), (std::vector<Found>{
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
  EXPECT_EQ(found->unreadable_processes, 1U);  // 741; 740 has ended and is no loss
  EXPECT_FALSE(found->processes_hidden);
}

TEST(ProcFdScan, SaysWhenOtherProcessesAreHidden) {
  auto const found = scan(procfs::ProcFs(LASTACK_TEST_DATA "/proc/hidden"));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->processes_hidden);
  EXPECT_EQ(found->holders.size(), 1U);
}

TEST(ProcFdScan, FindsASocketOfThisVeryProcess) {
  base::Fd const socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  struct stat status{};
  ASSERT_EQ(::fstat(socket.get(), &status), 0);
  auto const found = scan(procfs::ProcFs());
  ASSERT_TRUE(found);
  Found const own(status.st_ino, static_cast<std::uint32_t>(::getpid()), socket.get());
  auto const all = sorted(found->holders);
  EXPECT_NE(std::ranges::find(all, own), all.end());
}

TEST(ProcFdScan, AMissingRootIsAnError) { EXPECT_FALSE(scan(procfs::ProcFs("/nowhere/proc"))); }

}  // namespace
}  // namespace lastack::capture::owners
