#include "rig/ip_packet.hh"

#include <algorithm>
#include <cstdint>

namespace lastack::rig {
namespace {

constexpr std::size_t kIpHeader = 20;
constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kMssOption = 4;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kTimeToLive = 64;

using Bytes = std::span<std::byte const>;

void put8(std::vector<std::byte>& out, unsigned value) {
  out.push_back(static_cast<std::byte>(value & 0xffU));
}
void put16(std::vector<std::byte>& out, unsigned value) {
  put8(out, value >> 8U);
  put8(out, value);
}
void put32(std::vector<std::byte>& out, std::uint32_t value) {
  put16(out, value >> 16U);
  put16(out, value & 0xffffU);
}

unsigned get8(Bytes bytes, std::size_t at) { return std::to_integer<unsigned>(bytes[at]); }
std::uint16_t get16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(get8(bytes, at) << 8U | get8(bytes, at + 1));
}
std::uint32_t get32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(get16(bytes, at)) << 16U | get16(bytes, at + 2);
}

// RFC 1071.
std::uint16_t checksum(Bytes bytes, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += get16(bytes, i);
  if (bytes.size() % 2 == 1) sum += get8(bytes, bytes.size() - 1) << 8U;
  while ((sum >> 16U) != 0) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

std::uint32_t sum_of(std::uint32_t number) { return (number >> 16U) + (number & 0xffffU); }

void set16(std::vector<std::byte>& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::byte>(value >> 8U);
  bytes[at + 1] = static_cast<std::byte>(value & 0xffU);
}

std::uint16_t mss_of(Bytes options) {
  for (std::size_t at = 0; at < options.size();) {
    auto const kind = get8(options, at);
    if (kind == 0) break;
    if (kind == 1) {
      ++at;
      continue;
    }
    if (at + 1 >= options.size()) break;
    auto const length = get8(options, at + 1);
    if (length < 2 || at + length > options.size()) break;
    if (kind == 2 && length == kMssOption) return get16(options, at + 2);
    at += length;
  }
  return 0;
}

}  // namespace

std::vector<std::byte> encode(lab::Packet const& packet) {
  auto const& segment = packet.segment;
  auto const options = packet.mss != 0 ? kMssOption : 0;
  auto const tcp_length = kTcpHeader + options + segment.text;
  std::vector<std::byte> out;
  out.reserve(kIpHeader + tcp_length);
  put16(out, 0x4500);
  put16(out, static_cast<unsigned>(kIpHeader + tcp_length));
  put32(out, 0x4000);  // do not fragment
  put8(out, kTimeToLive);
  put8(out, kTcp);
  put16(out, 0);
  put32(out, packet.from.host);
  put32(out, packet.to.host);
  set16(out, 10, checksum(out));
  put16(out, packet.from.port);
  put16(out, packet.to.port);
  put32(out, segment.seq.number());
  put32(out, segment.ack.number());
  put8(out, static_cast<unsigned>((kTcpHeader + options) / 4) << 4U);
  put8(out, segment.flags);
  put16(out, std::min<std::uint32_t>(segment.window, 65535));
  put16(out, 0);
  put16(out, segment.urgent);
  if (packet.mss != 0) {
    put16(out, 0x0204);
    put16(out, packet.mss);
  }
  for (std::uint32_t i = 0; i < segment.text; ++i) {
    put8(out, (segment.text_begin() + i).number() % 251);
  }
  auto const pseudo = sum_of(packet.from.host) + sum_of(packet.to.host) + kTcp +
                      static_cast<std::uint32_t>(tcp_length);
  set16(out, kIpHeader + 16, checksum(Bytes(out).subspan(kIpHeader), pseudo));
  return out;
}

std::optional<lab::Packet> decode(Bytes bytes) {
  if (bytes.size() < kIpHeader + kTcpHeader || get8(bytes, 0) >> 4U != 4) return std::nullopt;
  auto const header = std::size_t{get8(bytes, 0) & 0xfU} * 4;
  auto const total = std::size_t{get16(bytes, 2)};
  bool const piece = (get16(bytes, 6) & 0x3fffU) != 0;
  if (header < kIpHeader || total > bytes.size() || piece || get8(bytes, 9) != kTcp ||
      total < header + kTcpHeader) {
    return std::nullopt;
  }
  auto const tcp = bytes.subspan(header, total - header);
  auto const offset = std::size_t{get8(tcp, 12) >> 4U} * 4;
  if (offset < kTcpHeader || offset > tcp.size()) return std::nullopt;
  lab::Packet packet;
  packet.from = {get32(bytes, 12), get16(tcp, 0)};
  packet.to = {get32(bytes, 16), get16(tcp, 2)};
  packet.segment.seq = tcp::Seq(get32(tcp, 4));
  packet.segment.ack = tcp::Seq(get32(tcp, 8));
  packet.segment.flags = static_cast<tcp::Flags>(get8(tcp, 13) & 0x3fU);
  packet.segment.window = get16(tcp, 14);
  packet.segment.urgent = get16(tcp, 18);
  packet.segment.text = static_cast<std::uint32_t>(tcp.size() - offset);
  packet.mss = mss_of(tcp.subspan(kTcpHeader, offset - kTcpHeader));
  return packet;
}

}  // namespace lastack::rig
