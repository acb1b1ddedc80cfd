// Golden files: expected output that people have looked at. LASTACK_UPDATE_GOLDEN=1 rewrites
// them; then look at the difference.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace lastack::test {

inline void expect_same_as_file(std::string const& path, std::string const& actual) {
  if (std::getenv("LASTACK_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << ": not there; LASTACK_UPDATE_GOLDEN=1 writes it";
  std::string const expected{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(actual, expected) << "differs from " << path
                              << "; if it is meant to, LASTACK_UPDATE_GOLDEN=1 rewrites it";
}

inline void expect_golden(std::string const& name, std::string const& actual) {
  expect_same_as_file(std::string(LASTACK_GOLDEN) + "/" + name, actual);
}

}  // namespace lastack::test
