#include "base/output.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

#include "base/fd.hh"
#include "support/captured.hh"

namespace lastack::base {
namespace {

struct Pipe {
  explicit Pipe(int flags) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), flags), 0);
    reader = Fd(ends[0]);
    writer = Fd(ends[1]);
  }
  Fd reader;
  Fd writer;
};

TEST(Output, WritesEverythingInOrder) {
  std::string expected;
  auto const text = test::captured([&](Output& output) {
    for (int i = 0; i < 100'000; ++i) {
      auto const line = std::to_string(i) + "\n";
      expected += line;
      output.append(line);
    }
  });
  EXPECT_EQ(text, expected);
}

TEST(Output, KeepsNothingBackAfterAFullChunk) {
  Fd const file(::memfd_create("output", MFD_CLOEXEC));
  Output output(file.get());
  output.append(std::string(Output::kChunk - 1, 'x'));
  EXPECT_EQ(test::read_all(file.get()).size(), 0);
  output.append("yz");
  EXPECT_EQ(test::read_all(file.get()).size(), Output::kChunk + 1);
}

TEST(Output, AReaderThatGoesAwayIsNoError) {
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): as the program does
  Pipe pipe(O_CLOEXEC);
  pipe.reader = Fd();
  Output output(pipe.writer.get());
  output.append("nobody reads this");
  output.flush();
  EXPECT_TRUE(output.closed());
  EXPECT_TRUE(output.stopped());
  EXPECT_TRUE(output.finish("stdout"));
}

TEST(Output, AFullDiskIsTold) {
  Fd const full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  Output output(full.get());
  output.append("lost");
  auto const finished = output.finish("stdout");
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().message, "write stdout: No space left on device");
  EXPECT_EQ(finished.error().code, ENOSPC);
  EXPECT_FALSE(output.closed());
}

TEST(Output, AFailureIsRememberedUntilTheEnd) {
  Fd const full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  Output output(full.get());
  output.append("lost");
  output.flush();
  EXPECT_TRUE(output.stopped());
  EXPECT_FALSE(output.finish("stdout"));
}

TEST(Output, WaitsForAReaderThatIsSlow) {
  Pipe pipe(O_CLOEXEC | O_NONBLOCK);
  std::size_t const size = 1U << 20U;  // far more than a pipe holds
  Output output(pipe.writer.get());
  std::size_t got = 0;
  std::thread reader([&] {
    std::array<char, 4096> chunk{};
    while (got < size) {
      auto const bytes = ::read(pipe.reader.get(), chunk.data(), chunk.size());
      if (bytes > 0) got += static_cast<std::size_t>(bytes);
    }
  });
  output.append(std::string(size, 'x'));
  EXPECT_TRUE(output.finish("pipe"));
  reader.join();
  EXPECT_EQ(got, size);
}

}  // namespace
}  // namespace lastack::base
