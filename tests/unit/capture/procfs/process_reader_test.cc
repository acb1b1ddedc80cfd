#include "capture/procfs/process_reader.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

namespace lastack::capture::procfs {
namespace {

using model::Fact;
using model::Facts;

ProcFs machine() { return ProcFs(LASTACK_TEST_DATA "/proc/machine"); }

// A tree of one process whose stat is fine; the test adds what it is about.
class OneProcess : public testing::Test {
 protected:
  void SetUp() override {
    auto const* test = testing::UnitTest::GetInstance()->current_test_info();
    root_ = std::filesystem::temp_directory_path() /
            ("lastack_" + std::to_string(::getpid()) + '_' + test->name());
    add(7, "stat", stat_of(7, 0));
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  static std::string stat_of(int pid, int parent) {
    return std::to_string(pid) + " (p" + std::to_string(pid) + ") S " + std::to_string(parent) +
           " 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 5 0\n";
  }
  void add(int pid, char const* name, std::string const& text) const {
    auto const folder = root_ / std::to_string(pid);
    std::filesystem::create_directories(folder);
    std::ofstream(folder / name, std::ios::binary) << text;
  }

  std::filesystem::path root_;
};

TEST(ProcessReader, ReadsEverythingThatIsAskedFor) {
  auto const fs = machine();
  auto const process = ProcessReader(fs).read(412, Facts::all());
  ASSERT_TRUE(process);
  EXPECT_EQ(process->pid, 412U);
  EXPECT_EQ(process->comm, "sshd");
  EXPECT_EQ(process->exe, "/usr/sbin/sshd");
  EXPECT_FALSE(process->exe_deleted);
  EXPECT_EQ(process->cmdline, "sshd: /usr/sbin/sshd -D [listener]  of 10");
  EXPECT_TRUE(process->uid_known);
  EXPECT_EQ(process->uid, 0U);
  EXPECT_EQ(process->start_unix_ms, 1700000012340);  // 1234 ticks of 10 ms after boot
  EXPECT_EQ(process->cgroup, "/system.slice/ssh.service");
  EXPECT_EQ(process->unit, "ssh.service");
  ASSERT_EQ(process->parents.size(), 1U);
  EXPECT_EQ(process->parents[0].pid, 1U);
  EXPECT_EQ(process->parents[0].comm, "systemd");
}

TEST(ProcessReader, ReadsNothingThatIsNotAskedFor) {
  auto const fs = machine();
  ProcessReader reader(fs);
  auto const bare = reader.read(412, Fact::Owners);
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->comm, "sshd");
  EXPECT_TRUE(bare->exe.empty() && bare->cmdline.empty() && bare->cgroup.empty());
  EXPECT_TRUE(bare->parents.empty() && !bare->uid_known && bare->start_unix_ms == 0);

  auto const with_exe = reader.read(412, Fact::Owners | Fact::Exe);
  ASSERT_TRUE(with_exe);
  EXPECT_EQ(with_exe->exe, "/usr/sbin/sshd");
  EXPECT_TRUE(with_exe->cmdline.empty() && with_exe->cgroup.empty() && !with_exe->uid_known);
}

TEST(ProcessReader, KeepsHostileTextAsItIs) {
  auto const fs = machine();
  ProcessReader reader(fs);
  auto const process = reader.read(730, Facts::all());
  ASSERT_TRUE(process);
  EXPECT_EQ(process->comm, "a) R 1 (\n\x1b[31m");
  EXPECT_EQ(reader.read(730, Fact::Owners)->comm, process->comm);
  EXPECT_EQ(process->exe, "/opt/evil \x1b[31m/a\nb");
  EXPECT_EQ(process->cmdline, "=cmd \x1b]0;x\x07 \"q\" \xff\xfe");
  EXPECT_EQ(process->uid, 1000U) << "the effective user, not the real one";
  EXPECT_EQ(process->unit, "foo.service");
}

TEST(ProcessReader, TellsAProgramThatWasReplaced) {
  auto const fs = machine();
  ProcessReader reader(fs);
  auto const old = reader.read(731, Fact::Exe);
  ASSERT_TRUE(old);
  EXPECT_EQ(old->exe, "/usr/bin/old-server");
  EXPECT_TRUE(old->exe_deleted);
  auto const in_memory = reader.read(732, Fact::Exe);
  ASSERT_TRUE(in_memory);
  EXPECT_EQ(in_memory->exe, "/memfd:x");
  EXPECT_TRUE(in_memory->exe_deleted);
}

TEST(ProcessReader, WalksUpToTheFirstProcess) {
  auto const fs = machine();
  auto const process = ProcessReader(fs).read(732, Fact::Parents);
  ASSERT_TRUE(process);
  std::vector<std::uint32_t> pids;
  for (auto const& parent : process->parents) pids.push_back(parent.pid);
  EXPECT_EQ(pids, (std::vector<std::uint32_t>{731, 730, 412, 1}));
  EXPECT_EQ(process->parents[1].comm, "a) R 1 (\n\x1b[31m");
}

TEST(ProcessReader, AProcessThatEndedIsAnErrorThatSaysSo) {
  auto const fs = machine();
  ProcessReader reader(fs);
  for (std::uint32_t const pid : {740U, 99999U}) {  // ended midway; never there
    for (Facts const facts : {Facts(Fact::Owners), Facts::all()}) {
      auto const process = reader.read(pid, facts);
      ASSERT_FALSE(process) << pid;
      EXPECT_TRUE(is_gone(process.error().code)) << process.error().message;
    }
  }
}

TEST(ProcessReader, WhatMayNotBeReadStaysEmpty) {
  auto const fs = machine();
  auto const process = ProcessReader(fs).read(741, Facts::all());
  ASSERT_TRUE(process);
  EXPECT_EQ(process->comm, "guarded");
  EXPECT_TRUE(process->uid_known);
  EXPECT_TRUE(process->exe.empty() && process->cmdline.empty() && process->cgroup.empty());
}

TEST(ProcessReader, NonsenseIsAnErrorButNotAnEndedProcess) {
  auto const fs = machine();
  auto const process = ProcessReader(fs).read(742, Facts::all());
  ASSERT_FALSE(process);
  EXPECT_FALSE(is_gone(process.error().code));
  EXPECT_NE(process.error().message.find("742/stat"), std::string::npos);
}

TEST(ProcessReader, AMissingRootIsAnError) {
  ProcFs const fs("/nowhere/proc");
  auto const process = ProcessReader(fs).read(1, Facts::all());
  ASSERT_FALSE(process);
  EXPECT_NE(process.error().message.find("/nowhere/proc"), std::string::npos);
}

TEST_F(OneProcess, ALongCommandLineIsCutAndCounted) {
  ProcFs const fs(root_.string());
  ProcessReader reader(fs);
  add(7, "cmdline", std::string(ProcessReader::kMaxCmdline - 1, 'x') + '\0');
  EXPECT_EQ(reader.read(7, Fact::Cmdline)->cmdline.size(), ProcessReader::kMaxCmdline - 1);
  EXPECT_EQ(reader.truncated(), 0U);
  add(7, "cmdline", std::string(ProcessReader::kMaxCmdline + 1, 'x'));
  EXPECT_EQ(reader.read(7, Fact::Cmdline)->cmdline.size(), ProcessReader::kMaxCmdline);
  EXPECT_EQ(reader.truncated(), 1U);
}

TEST_F(OneProcess, AncestorsAreReadOnceAndNeverWithoutEnd) {
  ProcFs const fs(root_.string());
  ProcessReader reader(fs);
  add(8, "stat", stat_of(8, 7));
  ASSERT_EQ(reader.read(8, Fact::Parents)->parents.size(), 1U);
  std::filesystem::remove_all(root_ / "7");
  EXPECT_EQ(reader.read(8, Fact::Parents)->parents.size(), 1U) << "remembered";

  add(9, "stat", stat_of(9, 10));
  add(10, "stat", stat_of(10, 9));
  EXPECT_EQ(reader.read(9, Fact::Parents)->parents.size(), ProcessReader::kMaxParents);
  EXPECT_EQ(reader.truncated(), 1U);
}

TEST_F(OneProcess, AnOddStatusLeavesTheUserUnknown) {
  ProcFs const fs(root_.string());
  for (auto const* status : {"", "Name:\tp\n", "Name:\tp\nUid:\t", "Name:\tp\nUid:\t0\n",
                             "Name:\tp\nUid:\t0\tx\t0\t0\n"}) {
    add(7, "status", status);
    EXPECT_FALSE(ProcessReader(fs).read(7, Fact::User)->uid_known) << status;
  }
  EXPECT_EQ(ProcessReader(fs).read(7, Fact::StartTime)->start_unix_ms, 0) << "no boot time";
}

TEST(ProcFs, ListsProcessesAndCheapFigures) {
  auto const fs = machine();
  auto pids = fs.pids();
  ASSERT_TRUE(pids);
  std::ranges::sort(*pids);
  ASSERT_EQ(pids->size(), 16U);
  EXPECT_EQ(pids->front(), 1U);
  EXPECT_EQ(pids->back(), 900U);
  auto const figures = fs.machine_figures();
  ASSERT_TRUE(figures);
  EXPECT_EQ(figures->open_files, 1632U);
  EXPECT_EQ(figures->processes, 16U);
  EXPECT_EQ(fs.boot_unix_ms(), 1700000000000);
}

TEST(ProcFs, AMissingRootAnswersWithTheReason) {
  ProcFs const fs("/nowhere/proc");
  ASSERT_FALSE(fs.pids());
  EXPECT_EQ(fs.pids().error().code, ENOENT);
  EXPECT_FALSE(fs.boot_unix_ms());
  EXPECT_FALSE(fs.machine_figures());
}

}  // namespace
}  // namespace lastack::capture::procfs
