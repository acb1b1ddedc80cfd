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

TEST(OpenFiles, TheSoftLimitCounts) {
  EXPECT_EQ(parse_file_limit("Limit                     Soft Limit           Hard Limit\n"
                             "Max open files            1024                 524288      files\n"),
            1024U);
  EXPECT_FALSE(parse_file_limit("Max open files            unlimited            unlimited\n"));
  EXPECT_FALSE(parse_file_limit("Max processes 5 6\n"));
}

}  // namespace
}  // namespace lastack::capture::procfs
