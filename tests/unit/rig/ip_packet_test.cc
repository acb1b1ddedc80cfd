#include "rig/ip_packet.hh"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace lastack::rig {
namespace {

using lab::Packet;

Packet data() {
  return {.from = {0x0a000001, 40000},
          .to = {0x0a000002, 80},
          .segment = {.seq = tcp::Seq(1000),
                      .ack = tcp::Seq(77),
                      .text = 5,
                      .window = 512,
                      .flags = tcp::kPsh | tcp::kAck}};
}

unsigned sum(std::span<std::byte const> bytes, unsigned start) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    start += std::to_integer<unsigned>(bytes[i]) << (i % 2 == 0 ? 8U : 0U);
  }
  while (start > 0xffffU) start = (start & 0xffffU) + (start >> 16U);
  return start;
}

TEST(IpPacket, ComesBackAsItWas) {
  EXPECT_EQ(decode(encode(data())), data());
  auto syn = data();
  syn.segment = {.seq = tcp::Seq(0xffffffff), .window = 65535, .flags = tcp::kSyn};
  syn.mss = 1460;
  EXPECT_EQ(decode(encode(syn)), syn);
}

TEST(IpPacket, HasGoodChecksums) {
  for (std::uint32_t text = 0; text < 4; ++text) {
    auto packet = data();
    packet.segment.text = text;
    auto const bytes = encode(packet);
    auto const all = std::span(bytes);
    EXPECT_EQ(sum(all.first(20), 0), 0xffffU);
    auto const tcp = all.subspan(20);
    auto const pseudo = sum(all.subspan(12, 8), 6 + static_cast<unsigned>(tcp.size()));
    EXPECT_EQ(sum(tcp, pseudo), 0xffffU);
  }
}

TEST(IpPacket, IsNothingWhereItIsCutOrSomethingElse) {
  auto const good = encode(data());
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(decode(std::span(good).first(length))) << length;
  }
  auto const changed = [&](std::size_t at, std::byte value) {
    auto bytes = good;
    bytes[at] = value;
    return decode(bytes);
  };
  EXPECT_FALSE(changed(0, std::byte{0x65}));   // IPv6
  EXPECT_FALSE(changed(0, std::byte{0x44}));   // a header of 16 octets
  EXPECT_FALSE(changed(6, std::byte{0x20}));   // a fragment
  EXPECT_FALSE(changed(9, std::byte{17}));     // UDP
  EXPECT_FALSE(changed(32, std::byte{0x40}));  // a TCP header of 16 octets
  EXPECT_FALSE(changed(32, std::byte{0xf0}));  // one that is longer than the packet
}

TEST(IpPacket, LooksPastOtherOptions) {
  auto syn = data();
  syn.segment.text = 0;
  syn.mss = 1460;
  auto bytes = encode(syn);
  // Two more words of options: NOP NOP SACK-permitted, and an option of length 0.
  constexpr std::array kMore{std::byte{1},   std::byte{1}, std::byte{4}, std::byte{2},
                             std::byte{254}, std::byte{0}, std::byte{0}, std::byte{0}};
  bytes.insert(bytes.begin() + 40, kMore.begin(), kMore.end());
  bytes[3] = static_cast<std::byte>(bytes.size());
  bytes[32] = std::byte{0x80};
  auto const packet = decode(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->mss, 0);  // what is broken is not looked at any further
  for (std::size_t at = 44; at < 48; ++at) bytes[at] = std::byte{1};
  EXPECT_EQ(decode(bytes).value_or(Packet()).mss, 1460);
}

}  // namespace
}  // namespace lastack::rig
