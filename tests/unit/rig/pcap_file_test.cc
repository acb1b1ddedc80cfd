#include "rig/pcap_file.hh"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "rig/ip_packet.hh"

namespace lastack::rig {
namespace {

constexpr std::size_t kFileHeader = 24;
constexpr std::size_t kPacketHeader = 16;

// In the byte order of this machine, which the magic number tells.
std::uint32_t word_at(std::string const& bytes, std::size_t at) {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return word;
}

lab::Packet packet_of(std::uint32_t text) {
  return {.from = {0x0a000001, 4000},
          .to = {0x0a000002, 80},
          .segment = {.seq = tcp::Seq(1), .text = text, .window = 1000, .flags = tcp::kAck}};
}

TEST(PcapFile, IsOneOfBareIpPacketsInMicroseconds) {
  auto const bytes = pcap_file({});
  ASSERT_TRUE(bytes);
  ASSERT_EQ(bytes->size(), kFileHeader);
  EXPECT_EQ(word_at(*bytes, 0), 0xa1b2c3d4U);
  EXPECT_EQ(word_at(*bytes, 20), 101U);  // LINKTYPE_RAW
}

TEST(PcapFile, HasEachPacketWholeAtItsTime) {
  std::array const packets{TimedPacket{{1'020'003}, packet_of(0)},
                           TimedPacket{{61'000'000}, packet_of(1460)}};
  auto const bytes = pcap_file(packets);
  ASSERT_TRUE(bytes);
  auto at = kFileHeader;
  for (auto const& [moment, packet] : packets) {
    auto const wanted = encode(packet);
    ASSERT_GE(bytes->size(), at + kPacketHeader + wanted.size());
    EXPECT_EQ(word_at(*bytes, at), moment.us / 1'000'000);
    EXPECT_EQ(word_at(*bytes, at + 4), moment.us % 1'000'000);
    EXPECT_EQ(word_at(*bytes, at + 8), wanted.size());
    EXPECT_EQ(word_at(*bytes, at + 12), wanted.size());
    EXPECT_EQ(std::memcmp(bytes->data() + at + kPacketHeader, wanted.data(), wanted.size()), 0);
    at += kPacketHeader + wanted.size();
  }
  EXPECT_EQ(bytes->size(), at);
}

TEST(PcapFile, RefusesWhatNoPacketCanCarry) {
  std::array const packets{TimedPacket{{0}, packet_of(100'000)}};
  auto const bytes = pcap_file(packets);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().message, "a segment with 100000 octets does not fit into a packet");
}

}  // namespace
}  // namespace lastack::rig
