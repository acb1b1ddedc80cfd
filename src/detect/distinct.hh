// How many different things were seen, in a fixed amount of memory.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace lastack::detect {

// Bits are spread well: SplitMix64's finisher.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}
[[nodiscard]] constexpr std::uint64_t hash_of(std::span<std::uint8_t const> bytes,
                                              std::uint64_t seed = 0) {
  std::uint64_t hash = mix(seed + bytes.size());
  std::uint64_t word = 0;
  unsigned filled = 0;
  for (auto const byte : bytes) {
    word |= std::uint64_t{byte} << (8 * filled);
    if (++filled < 8) continue;
    hash = mix(hash ^ word);
    word = filled = 0;
  }
  return filled == 0 ? hash : mix(hash ^ word);
}

// Linear counting (Whang et al., 1990): one bit a hash. With n different things and B bits the
// standard error is sqrt(B * (exp(n/B) - n/B - 1)) / n: of 4,096 bits 1.2 % at 4,096 things and 5 %
// at 20,000; small numbers are exact but for collisions. When all bits are set, it says kFull.
template <std::size_t Bits>
class Distinct {
  static_assert(std::has_single_bit(Bits) && Bits >= 64);

 public:
  void add(std::uint64_t hash) {
    auto const bit = hash & (Bits - 1);
    words_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
  Distinct& operator+=(Distinct const& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  [[nodiscard]] std::uint64_t estimate() const {
    std::size_t set = 0;
    for (auto const word : words_) set += static_cast<std::size_t>(std::popcount(word));
    if (set >= Bits) return kFull;
    auto const size = static_cast<double>(Bits);
    return static_cast<std::uint64_t>(
        std::lround(-size * std::log((size - static_cast<double>(set)) / size)));
  }

  // What the last free bit stands for: beyond it, nothing can be told apart.
  static constexpr std::uint64_t kFull =
      static_cast<std::uint64_t>(static_cast<double>(Bits) * std::bit_width(Bits) * 0.7);

 private:
  std::array<std::uint64_t, Bits / 64> words_{};
};

}  // namespace lastack::detect
