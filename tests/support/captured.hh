// What a writer sends to a file descriptor, as a string.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <string>

#include "base/fd.hh"
#include "base/output.hh"

namespace lastack::test {

inline std::string read_all(int fd) {
  std::string text;
  std::array<char, 65536> chunk{};
  off_t at = 0;
  for (;;) {
    auto const got = ::pread(fd, chunk.data(), chunk.size(), at);
    if (got <= 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
    at += got;
  }
}

// captured([](base::Output& output) { write_something(output); })
template <typename Write>
std::string captured(Write const& write) {
  base::Fd const file(::memfd_create("captured", MFD_CLOEXEC));
  base::Output output(file.get());
  write(output);
  EXPECT_TRUE(output.finish("memory"));
  return read_all(file.get());
}

}  // namespace lastack::test
