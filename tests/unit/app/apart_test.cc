#include "app/apart.hh"

#include <unistd.h>

#include <gtest/gtest.h>

#include <cstdlib>

namespace lastack::app {
namespace {

auto const kAlways = [](std::size_t) { return true; };

TEST(Apart, HandsBackWhatEachHasSaidInOrder) {
  std::vector<Work> works;
  for (int i = 0; i < 20; ++i) {
    works.emplace_back([i] { return std::string(static_cast<std::size_t>(i) * 10'000, 'x'); });
  }
  auto const said = do_apart(works, 3, 0, kAlways);
  ASSERT_TRUE(said);
  for (std::size_t i = 0; i < works.size(); ++i) EXPECT_EQ((*said)[i]->size(), i * 10'000);
}

TEST(Apart, AProcessThatDiesHasSaidNothing) {
  auto const said =
      do_apart({[] { return std::string("one"); }, []() -> std::string { ::_exit(3); },
                [] { return std::string("three"); }},
               8, 0, kAlways);
  ASSERT_TRUE(said);
  EXPECT_EQ((*said)[0], "one");
  EXPECT_FALSE((*said)[1]);
  EXPECT_EQ((*said)[2], "three");
}

TEST(Apart, EndsWhatRunsWhenItIsEnough) {
  auto const said = do_apart({[]() -> std::string {
                               while (true) ::pause();
                             }},
                             1, 0, [looks = 0](std::size_t) mutable { return ++looks < 3; });
  ASSERT_TRUE(said);
  EXPECT_FALSE((*said)[0]);
}

}  // namespace
}  // namespace lastack::app
