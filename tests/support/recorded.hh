// Reads recorded netlink dumps (tests/data/netlink).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace lastack::test {

using Datagram = std::vector<std::byte>;

// The datagrams of a recorded dump, in order.
inline std::vector<Datagram> recorded_dump(std::string const& name) {
  std::ifstream file(std::string(LASTACK_TEST_DATA "/netlink/") + name, std::ios::binary);
  if (!file) throw std::runtime_error("no recorded dump " + name);
  std::string const bytes{std::istreambuf_iterator<char>(file), {}};
  std::vector<Datagram> datagrams;
  for (std::size_t at = 0; at + 4 <= bytes.size();) {
    std::uint32_t length = 0;
    std::memcpy(&length, bytes.data() + at, sizeof length);
    at += sizeof length;
    auto const part = std::as_bytes(std::span(bytes).subspan(at, length));
    datagrams.emplace_back(part.begin(), part.end());
    at += length;
  }
  return datagrams;
}

}  // namespace lastack::test
