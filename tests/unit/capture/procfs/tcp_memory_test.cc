#include "capture/procfs/tcp_memory.hh"

#include <gtest/gtest.h>

#include "capture/procfs/open_files.hh"

namespace lastack::capture::procfs {
namespace {

TEST(TcpMemory, IsReadFromBothFiles) {
  auto const memory = parse_tcp_memory(
      "sockets: used 294\nTCP: inuse 5 orphan 3 tw 2 alloc 7 mem 11\nUDP: inuse 2 mem 1\n",
      "190266\t253690\t380532\n");
  ASSERT_TRUE(memory.known);
  EXPECT_EQ(memory.pages, 11U);
  EXPECT_EQ(memory.orphans, 3U);
  EXPECT_EQ(memory.low, 190266U);
  EXPECT_EQ(memory.pressure, 253690U);
  EXPECT_EQ(memory.high, 380532U);
}

TEST(TcpMemory, IsUnknownWhereAnythingIsMissing) {
  EXPECT_FALSE(parse_tcp_memory("", "1 2 3").known);
  EXPECT_FALSE(parse_tcp_memory("UDP: inuse 2 mem 1\n", "1 2 3").known);
  EXPECT_FALSE(parse_tcp_memory("TCP: inuse 5 orphan 3 mem 11\n", "1 2").known);
}

TEST(OpenFiles, BothLimitsAreRead) {
  auto const limits = parse_file_limits(
      "Limit                     Soft Limit           Hard Limit\n"
      "Max open files            1024                 524288      files\n");
  EXPECT_EQ(limits.soft, 1024U);
  EXPECT_EQ(limits.hard, 524288U);
  auto const none = parse_file_limits("Max open files            4096             unlimited\n");
  EXPECT_EQ(none.soft, 4096U);
  EXPECT_FALSE(none.hard);
  EXPECT_FALSE(parse_file_limits("Max processes 5 6\n").soft);
  EXPECT_FALSE(parse_file_limits("Max open files").soft);
}

}  // namespace
}  // namespace lastack::capture::procfs
