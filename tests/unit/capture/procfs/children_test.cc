#include "capture/procfs/children.hh"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>

namespace lastack::capture::procfs {
namespace {

TEST(Children, AreThoseWhoseParentItIs) {
  ProcFs const fs(LASTACK_TEST_DATA "/proc/machine");
  std::array<std::uint32_t, 3> const parents{412, 800, 4711};
  auto const children = children_of(fs, parents);
  ASSERT_TRUE(children);
  for (auto const& [parent, those] : *children) {
    EXPECT_NE(parent, 4711U);
    EXPECT_FALSE(those.empty());
    for (std::size_t i = 1; i < those.size(); ++i) EXPECT_LT(those[i - 1].pid, those[i].pid);
  }
  auto const of_sshd = children->find(412);
  ASSERT_NE(of_sshd, children->end());
  EXPECT_EQ(of_sshd->second.front().pid, 730U);
}

TEST(Children, AreAnErrorWithoutProc) {
  ProcFs const fs(LASTACK_TEST_DATA "/proc/nowhere");
  std::array<std::uint32_t, 1> const parents{1};
  auto const children = children_of(fs, parents);
  ASSERT_FALSE(children);
  EXPECT_EQ(children.error().code, ENOENT);
}

}  // namespace
}  // namespace lastack::capture::procfs
