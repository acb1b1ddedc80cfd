#include "act/protected.hh"

#include <gtest/gtest.h>
#include <unistd.h>

namespace lastack::act {
namespace {

std::uint32_t unsigned_pid(pid_t pid) { return static_cast<std::uint32_t>(pid); }

TEST(Protected, AreTheFirstProcessLastackItselfAndWhoStartedIt) {
  capture::procfs::ProcFs const fs;
  ProtectedProcesses const processes(fs);
  EXPECT_EQ(processes.of(1), Protection::Init);
  EXPECT_EQ(processes.of(unsigned_pid(::getpid())), Protection::Itself);
  if (::getppid() > 1) {
    auto const parent = processes.of(unsigned_pid(::getppid()));
    EXPECT_TRUE(parent == Protection::Ancestor || parent == Protection::Session);
  }
}

TEST(Protected, AreKernelThreadsButNotOthers) {
  capture::procfs::ProcFs const fs(LASTACK_TEST_DATA "/proc/machine");
  ProtectedProcesses const processes(fs);
  EXPECT_EQ(processes.of(2), Protection::KernelThread);
  EXPECT_EQ(processes.of(412), Protection::None);
  EXPECT_EQ(processes.of(740), Protection::None);  // has ended
}

TEST(Protected, HaveReasonsAndSomeMayBeForced) {
  for (auto const& [protection, forced] :
       {std::pair(Protection::Init, false), std::pair(Protection::Itself, false),
        std::pair(Protection::KernelThread, false), std::pair(Protection::Session, true),
        std::pair(Protection::Ancestor, true)}) {
    EXPECT_TRUE(reason(protection).complete());
    EXPECT_EQ(may_be_forced(protection), forced);
  }
  EXPECT_TRUE(reason(Protection::None).empty());
  EXPECT_TRUE(may_be_forced(Protection::None));
}

}  // namespace
}  // namespace lastack::act
