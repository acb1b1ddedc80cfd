#include "filter/host_pattern.hh"

#include <algorithm>

namespace lastack::filter {
namespace {

constexpr unsigned kMappedBits = 96;  // of ::ffff:0:0/96

model::Address mapped(model::Address const& v4) {
  model::Address out;
  out.bytes[10] = out.bytes[11] = 0xff;
  std::copy_n(v4.bytes.begin(), 4, out.bytes.begin() + 12);
  return out;
}

}  // namespace

HostPattern::MaskedWords HostPattern::masked(model::Address const& address, unsigned bits) {
  std::array<std::uint8_t, 16> mask{};
  for (unsigned bit = 0; bit < bits; ++bit) {
    mask[bit / 8] = static_cast<std::uint8_t>(mask[bit / 8] | 0x80U >> bit % 8);
  }
  MaskedWords words;
  std::memcpy(words.mask.data(), mask.data(), sizeof words.mask);
  std::memcpy(words.value.data(), address.bytes.data(), sizeof words.value);
  for (std::size_t i = 0; i < words.value.size(); ++i) words.value[i] &= words.mask[i];
  return words;
}

HostPattern HostPattern::prefix(model::Address const& address, model::Family family,
                                unsigned bits) {
  HostPattern out;
  auto& inet = out.of_[static_cast<std::size_t>(model::Family::Inet)];
  auto& inet6 = out.of_[static_cast<std::size_t>(model::Family::Inet6)];
  if (family == model::Family::Inet) {
    inet = masked(address, bits);
    inet6 = masked(mapped(address), kMappedBits + bits);
  } else {
    inet6 = masked(address, bits);
  }
  return out;
}

}  // namespace lastack::filter
