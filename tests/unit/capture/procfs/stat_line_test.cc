#include "capture/procfs/stat_line.hh"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace lastack::capture::procfs {
namespace {

constexpr std::string_view kBehindComm =
    " S 412 730 730 0 -1 4194560 2817 190 7 0 11 6 0 1 20 0 1 0 5000 23150592 1904\n";

std::string line_with(std::string_view comm) {
  return "730 (" + std::string(comm) + ")" + std::string(kBehindComm);
}

TEST(StatLine, GivesParentAndStart) {
  auto const line = parse_stat_line(line_with("sshd"));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->pid, 730U);
  EXPECT_EQ(line->state, 'S');
  EXPECT_EQ(line->parent, 412U);
  EXPECT_EQ(line->start_ticks, 5000U);
}

TEST(StatLine, TakesACommThatLooksLikeTheRestOfTheLine) {
  for (std::string_view const comm :
       {"a) R 1 (\n\x1b[31m", ")", "(", "", " ", ") ", "a b", "((sd-pam))", "\xff\n"}) {
    auto const text = line_with(comm);
    auto const line = parse_stat_line(text);
    ASSERT_TRUE(line) << comm;
    EXPECT_EQ(line->comm, comm);
    EXPECT_EQ(line->parent, 412U);
    EXPECT_EQ(line->start_ticks, 5000U);
  }
}

TEST(StatLine, TellsKernelThreads) {
  EXPECT_FALSE(parse_stat_line(line_with("sshd"))->kernel_thread);
  auto text = line_with("kworker/0:1");
  text.replace(text.find("4194560"), 7, "69238880");  // PF_KTHREAD and others
  EXPECT_TRUE(parse_stat_line(text)->kernel_thread);
}

TEST(StatLine, RefusesWhatIsCutOrNoNumber) {
  auto const whole = line_with("sshd");
  auto const last_needed = whole.find(" 5000") + 1;
  for (std::size_t size = 0; size < last_needed; ++size) {
    EXPECT_FALSE(parse_stat_line(whole.substr(0, size))) << size;
  }
  EXPECT_FALSE(parse_stat_line("x (a) S 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 5 "));
  EXPECT_FALSE(parse_stat_line("1 (a) S -1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 5 "));
  EXPECT_FALSE(
      parse_stat_line("1 (a) S 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 "
                      "99999999999999999999 "));
}

}  // namespace
}  // namespace lastack::capture::procfs
