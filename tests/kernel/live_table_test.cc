// The live table on the running kernel, in a network namespace of its own: a minute of connections
// as fast as they go, by processes that come and go. Then it equals a listing, row for row; the
// kernel's own counters agree; nothing was lost, nothing leaks.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

#include "app/counter_check.hh"
#include "base/fd.hh"
#include "capture/bpf/transition_ring.hh"
#include "churner.hh"
#include "table_keeper.hh"

namespace lastack {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kLoad = 60s;
constexpr auto kWarm = 20s;              // from then on memory must not grow
constexpr int kRoundsOfAChurner = 8000;  // about a second
constexpr int kTimeWaits = 5000;         // tcp_max_tw_buckets: what the table may hold of them

std::uint64_t netns_inode() {
  struct stat info{};
  return ::stat("/proc/self/ns/net", &info) == 0 ? info.st_ino : 0;
}

// Until it goes, the test's thread is in a network namespace of its own with loopback up.
class PrivateNetns {
 public:
  PrivateNetns() : home_(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) {
    if (::unshare(CLONE_NEWNET) != 0) return;
    base::Fd const control(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq loopback{};
    std::snprintf(loopback.ifr_name, sizeof(loopback.ifr_name), "lo");
    loopback.ifr_flags = IFF_UP;
    std::ofstream limit("/proc/sys/net/ipv4/tcp_max_tw_buckets");
    limit << kTimeWaits << std::flush;
    is_good_ = ::ioctl(control.get(), SIOCSIFFLAGS, &loopback) == 0 && limit.good();
    inode_ = netns_inode();
  }
  PrivateNetns(PrivateNetns const&) = delete;
  PrivateNetns& operator=(PrivateNetns const&) = delete;
  ~PrivateNetns() { leave(); }

  void leave() const { (void)::setns(home_.get(), CLONE_NEWNET); }
  [[nodiscard]] bool is_good() const { return is_good_; }
  [[nodiscard]] std::uint64_t inode() const { return inode_; }

 private:
  base::Fd home_;
  bool is_good_ = false;
  std::uint64_t inode_ = 0;
};

TEST(LiveTableOnTheKernel, AMinuteOfChurn) {
  if (::geteuid() != 0) {
    GTEST_SKIP() << "lastack kernel tests skipped: not root";
  }
  PrivateNetns const netns;
  if (!netns.is_good()) {
    GTEST_SKIP() << "lastack kernel tests skipped: no network namespace of its own";
  }
  auto ring = capture::bpf::TransitionRing::attach({});
  ASSERT_TRUE(ring) << ring.error().message;
  test::TableKeeper keeper(std::move(*ring));
  keeper.look(true);
  app::CounterCheck counters;
  counters.begin(keeper.table(), [&] { keeper.drain(); });

  long opened = 0;
  std::size_t warm_memory = 0;
  auto const begun = Clock::now();
  std::uint16_t port = 7000;
  test::Churners churners;
  for (bool again = true; again;) {
    churners.start(++port, kRoundsOfAChurner);
    churners.start(++port, kRoundsOfAChurner);
    while (!churners.are_done()) {
      keeper.drain();
      keeper.look_in_the_background();
      std::this_thread::sleep_for(10ms);
    }
    opened = churners.opened();
    again = Clock::now() < begun + kLoad;
    if (again) churners.end();
    if (warm_memory == 0 && Clock::now() > begun + kWarm) warm_memory = keeper.table().memory();
  }
  keeper.await_the_last_look();
  auto const skipped = keeper.losses().skipped;
  for (int i = 0; i < 2; ++i) keeper.look();  // what the kernel skipped is made good
  EXPECT_EQ(keeper.differences(), "");
  EXPECT_GT(keeper.of_netns(netns.inode()), 100U) << "some are held open";

  auto const& counts = keeper.table().counts();
  EXPECT_EQ(keeper.losses().lost(), 0U);
  EXPECT_EQ(keeper.losses().malformed, 0U);
  EXPECT_EQ(counts.defects, 0U);
  EXPECT_GT(counts.begun, 2 * static_cast<std::uint64_t>(opened)) << "both ends, and listeners";
  auto const compared = counters.end(keeper.table(), skipped, [&] { keeper.drain(); });
  for (auto const& pair : compared.pairs) {
    EXPECT_TRUE(pair.agrees()) << pair.name << ": the kernel counted " << pair.kernel << ", seen "
                               << pair.seen.value_or(0);
  }
  std::printf("%ld connections, %zu transitions, %zu skipped, %zu bytes of table\n", opened,
              static_cast<std::size_t>(counts.transitions), static_cast<std::size_t>(skipped),
              keeper.table().memory());

  EXPECT_LE(keeper.table().memory(), warm_memory + warm_memory / 4);
  EXPECT_LE(keeper.table().book().processes.size(), track::ProcessBook::kMaxIdle + 1000);

  churners.end();
  netns.leave();  // it was the last one there: the namespace goes, and every socket in it
  auto const deadline = Clock::now() + 20s;
  while (keeper.of_netns(netns.inode()) > 0 && Clock::now() < deadline) keeper.look();
  EXPECT_EQ(keeper.of_netns(netns.inode()), 0U) << "nothing is left behind";
}

}  // namespace
}  // namespace lastack
