#include "act/process.hh"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "capture/procfs/process_reader.hh"

namespace lastack::act {
namespace {

using std::chrono::milliseconds;

// A process that waits to be ended.
class Child {
 public:
  Child() : pid_(::fork()) {
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) ::pause();
  }
  Child(Child const&) = delete;
  Child& operator=(Child const&) = delete;
  ~Child() {
    if (!reaped_) ::kill(pid_, SIGKILL);
    reap();
  }
  [[nodiscard]] std::uint32_t pid() const { return static_cast<std::uint32_t>(pid_); }
  int reap() {
    int status = 0;
    if (!reaped_) ::waitpid(pid_, &status, 0);
    reaped_ = true;
    return status;
  }

 private:
  pid_t pid_;
  bool reaped_ = false;
};

TEST(ProcessHandle, SignalsItsProcessAndSeesItsEnd) {
  capture::procfs::ProcFs const fs;
  Child child;
  auto const handle = ProcessHandle::open(fs, child.pid());
  ASSERT_TRUE(handle) << handle.error().message;
  EXPECT_EQ(handle->pid(), child.pid());
  EXPECT_GT(handle->start_ticks(), 0U);
  EXPECT_TRUE(handle->alive());

  EXPECT_TRUE(handle->signal(SIGTERM));
  EXPECT_TRUE(handle->wait_gone(milliseconds(10'000)));
  EXPECT_FALSE(handle->alive());  // a zombie by now

  auto const status = child.reap();
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
  auto const late = handle->signal(SIGTERM);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ESRCH);
}

TEST(ProcessHandle, IsNotMadeOfWhoHasEnded) {
  capture::procfs::ProcFs const fs;
  Child child;
  auto const handle = ProcessHandle::open(fs, child.pid());
  ASSERT_TRUE(handle);
  ASSERT_TRUE(handle->signal(SIGKILL));
  ASSERT_TRUE(handle->wait_gone(milliseconds(10'000)));
  auto const zombie = ProcessHandle::open(fs, child.pid());
  ASSERT_FALSE(zombie);
  EXPECT_EQ(zombie.error().code, ESRCH);
  child.reap();
  auto const nobody = ProcessHandle::open(fs, child.pid());
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ESRCH);
}

TEST(ProcessHandle, ComparesWhenItWasStarted) {
  capture::procfs::ProcFs const fs;
  Child const child;
  auto const started =
      capture::procfs::ProcessReader(fs).read(child.pid(), model::Fact::StartTime)->start_unix_ms;
  EXPECT_TRUE(ProcessHandle::open_started(fs, child.pid(), started));
  EXPECT_TRUE(ProcessHandle::open_started(fs, child.pid(), started - 1000));
  for (auto const other : {started - 5000, started + 5000}) {
    auto const recycled = ProcessHandle::open_started(fs, child.pid(), other);
    ASSERT_FALSE(recycled);
    EXPECT_EQ(recycled.error().code, ESRCH);
  }
}

}  // namespace
}  // namespace lastack::act
